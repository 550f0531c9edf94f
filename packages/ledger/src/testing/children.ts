import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../../../", import.meta.url));
const program = fileURLToPath(new URL("appending-child.mjs", import.meta.url));

/** Compiles the package, so that children run what the tests run. */
export function compile(): void {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "--build", "packages/ledger"], {
    cwd: repository,
  });
}

/** A process that holds a ledger, and what it has said so far. */
export class Child {
  readonly said: string[] = [];
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(directory: string, run: string, ...rest: string[]) {
    this.#process = spawn(process.execPath, [program, directory, run, ...rest], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: this.#process.stdout as NodeJS.ReadableStream }).on("line", (line) =>
      this.said.push(line),
    );
    this.#ended = once(this.#process, "close");
  }

  /** Resolves once it has said so many lines, or has ended. */
  async says(lines: number): Promise<void> {
    while (this.said.length < lines && this.#process.exitCode === null)
      await Promise.race([this.#ended, new Promise((resolve) => setTimeout(resolve, 2))]);
  }

  /** It stands still, and can neither answer nor end. */
  stop(): void {
    this.#process.kill("SIGSTOP");
  }

  /** With SIGKILL, which no program can notice, and waits until all that it said is here. */
  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }
}
