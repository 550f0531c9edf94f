import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "vitest";

/**
 * The path of a program that not every machine has (psql, pgbench, pgbouncer), or of the first that is there; without it, the running test is
 * skipped and says why.
 *
 * With CUSTODY_TEST_REQUIRE=all the test fails instead: a continuous build must not turn green by skipping.
 */
export function optional(binary: string | readonly string[], context: Pick<TestContext, "skip">): string {
  const wanted = typeof binary === "string" ? [binary] : binary;
  const path = wanted.map(findBinary).find((found) => found !== undefined);
  if (path !== undefined) return path;
  const missing = wanted.join(" or ");
  if (process.env["CUSTODY_TEST_REQUIRE"] === "all") {
    throw new Error(`${missing} is not installed, and CUSTODY_TEST_REQUIRE=all forbids to skip`);
  }
  return context.skip(`${missing} is not installed`);
}

function findBinary(binary: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", ...versionedFolders()];
  return folders.map((folder) => join(folder, binary)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian keeps PostgreSQL's programs out of the PATH, in one folder a version; the newest first. */
function versionedFolders(): string[] {
  try {
    const versions = readdirSync("/usr/lib/postgresql").sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join("/usr/lib/postgresql", version, "bin"));
  } catch {
    return [];
  }
}
