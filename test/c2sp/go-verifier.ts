import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, type TestContext } from "vitest";
import { optional } from "../postgres/optional.ts";

/** Where Debian's golang-golang-x-mod-dev puts its sources, so that nothing needs to be downloaded. */
const GOPATH = "/usr/share/gocode";
const COMPILER = "go";

export interface GoVerdict {
  readonly accepted: boolean;
  /** `ok SIZE ROOT`, or why the log was refused. */
  readonly output: string;
}

/** Skips the running test, with the reason, on a machine that cannot build the verifier; see `optional`. */
export function needGoVerifier(context: Pick<TestContext, "skip">): void {
  optional(COMPILER, context);
  if (existsSync(join(GOPATH, "src/golang.org/x/mod/sumdb"))) return;
  const reason = "golang-golang-x-mod-dev is not installed";
  if (process.env["CUSTODY_TEST_REQUIRE"] === "all") throw new Error(`${reason}, and may not be skipped`);
  context.skip(reason);
}

/**
 * Has the directory of a log checked by `verify.go`, which trusts only the verifier key and, if the path of an older
 * checkpoint is given, that the log has kept to it.
 */
export function runGoVerifier(dir: string, vkey: string, oldCheckpoint?: string): GoVerdict {
  const older = oldCheckpoint === undefined ? [] : ["-old", oldCheckpoint];
  const { error, status, stderr, stdout } = spawnSync(program(), [dir, vkey, ...older], { encoding: "utf8" });
  if (error !== undefined) throw error;
  // A crash of the verifier is not a verdict: Go's runtime exits with 2.
  if (status !== 0 && status !== 1) throw new Error(`the Go verifier exited with ${status}: ${stderr}`);
  return { accepted: status === 0, output: (stdout + stderr).trim() };
}

let folder: string | undefined;
// At the end of the file of tests, since its process is stopped without being asked to clean up.
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** Compiled once for each file of tests. Go remembers the result, so that only the first one ever waits. */
function program(): string {
  if (folder !== undefined) return join(folder, "verify");
  const empty = mkdtempSync(join(tmpdir(), "custody-c2sp-"));
  const source = fileURLToPath(new URL("./verify.go", import.meta.url));
  // Without modules, since those want a registry; the sources come from GOPATH as in the days before.
  const env = { ...process.env, GO111MODULE: "off", GOFLAGS: "", GOPATH, GOPROXY: "off" };
  const output = join(empty, "verify");
  execFileSync(COMPILER, ["build", "-o", output, source], { env, stdio: ["ignore", "ignore", "pipe"] });
  folder = empty;
  return output;
}
