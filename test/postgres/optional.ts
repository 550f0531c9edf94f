import { accessSync, constants, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "vitest";

/**
 * The path of a program that not every machine has (psql, pgbench, pgbouncer); without it, the running test is
 * skipped and says why.
 *
 * With CUSTODY_TEST_REQUIRE=all the test fails instead: a continuous build must not turn green by skipping.
 */
export function optional(binary: string, context: Pick<TestContext, "skip">): string {
  const path = findBinary(binary);
  if (path !== undefined) return path;
  if (process.env["CUSTODY_TEST_REQUIRE"] === "all") {
    throw new Error(`${binary} is not installed, and CUSTODY_TEST_REQUIRE=all forbids to skip`);
  }
  return context.skip(`${binary} is not installed`);
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
