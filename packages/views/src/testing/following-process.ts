import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { PART_ROWS } from "../file/index-file.ts";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const program = fileURLToPath(new URL("following-child.mjs", import.meta.url));

/** Compiles the package, so that children run what the tests run. */
export function compile(): void {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "--build", "packages/views"], {
    cwd: repository,
  });
}

/** Another process that follows the ledger of a directory. */
export class FollowingProcess {
  said = "";
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(directory: string, partRows: number = PART_ROWS) {
    this.#process = spawn(process.execPath, [program, directory, String(partRows)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process.stdout?.on("data", (text) => {
      this.said += String(text);
    });
    this.#ended = once(this.#process, "close");
  }

  /** Resolves once it has said so, or has ended. */
  async says(text: string): Promise<void> {
    while (!this.said.includes(text) && this.#process.exitCode === null)
      await Promise.race([this.#ended, new Promise((resolve) => setTimeout(resolve, 2))]);
  }

  /** With SIGKILL, which no program can notice. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }
}
