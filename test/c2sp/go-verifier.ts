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
  return runGo("verify", [dir, vkey, ...older]);
}

export interface CosignedFiles {
  /** The cosigned checkpoint. */
  readonly note: string;
  readonly logKey: string;
  readonly witnessKey: string;
  /** What was sent to the witness for it, and what it had cosigned before. */
  readonly asked?: { readonly request: string; readonly old: string };
}

/** Has a cosigned checkpoint, and how it was asked for, checked by `cosigned.go`. The names are those of files. */
export function runGoCosigned({ asked, logKey, note, witnessKey }: CosignedFiles): GoVerdict {
  const more = asked === undefined ? [] : ["-request", asked.request, "-old", asked.old];
  return runGo("cosigned", [note, logKey, witnessKey, ...more]);
}

function runGo(name: "verify" | "cosigned", parameters: readonly string[]): GoVerdict {
  const { error, status, stderr, stdout } = spawnSync(program(name), parameters, { encoding: "utf8" });
  if (error !== undefined) throw error;
  // A crash of the verifier is not a verdict: Go's runtime exits with 2.
  if (status !== 0 && status !== 1) throw new Error(`the Go verifier exited with ${status}: ${stderr}`);
  return { accepted: status === 0, output: (stdout + stderr).trim() };
}

let folder: string | undefined;
const built = new Set<string>();
// At the end of the file of tests, since its process is stopped without being asked to clean up.
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** Compiled once for each file of tests. Go remembers the result, so that only the first one ever waits. */
function program(name: string): string {
  folder ??= mkdtempSync(join(tmpdir(), "custody-c2sp-"));
  const output = join(folder, name);
  if (built.has(name)) return output;
  const source = fileURLToPath(new URL(`./${name}.go`, import.meta.url));
  // Without modules, since those want a registry; the sources come from GOPATH as in the days before.
  const env = { ...process.env, GO111MODULE: "off", GOFLAGS: "", GOPATH, GOPROXY: "off" };
  execFileSync(COMPILER, ["build", "-o", output, source], { env, stdio: ["ignore", "ignore", "pipe"] });
  built.add(name);
  return output;
}
