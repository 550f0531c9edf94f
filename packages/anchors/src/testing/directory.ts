import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace has it, and this file is no part of the package.
import { onTestFinished } from "vitest";

/** An empty directory that goes when the test is over. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "custody-anchors-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
