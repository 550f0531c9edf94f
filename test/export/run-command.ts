import { execFileSync, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The command as people run it. */
export const launcher: string = fileURLToPath(new URL("../../apps/cli/bin/custody.mjs", import.meta.url));

/** The launcher runs the build, so it must not be an old one. */
export function buildCommand(): void {
  const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
  execFileSync(process.execPath, [
    join(dirname(typescript), "bin/tsc"),
    "--build",
    dirname(dirname(launcher)),
  ]);
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one command to its end in `cwd`. */
export function run(cwd: string, ...args: readonly string[]): Ran {
  const { status, stderr, stdout } = spawnSync(process.execPath, [launcher, ...args], {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
    maxBuffer: 1 << 30,
  });
  return { code: status, err: stderr, out: stdout };
}
