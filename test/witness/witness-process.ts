import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const command = new URL("../../apps/cli/bin/custody.mjs", import.meta.url).pathname;

/** What `custody witness serve --json` prints when it is ready. */
export interface ReadyWitness {
  readonly url: string;
  readonly key: string;
  readonly logs: readonly string[];
}

/** A witness in a folder of its own: the built command, as users run it. */
export class WitnessProcess {
  readonly directory: string = mkdtempSync(join(tmpdir(), "custody-witness-"));
  readonly #logs: readonly string[];
  #process: ChildProcess | undefined;
  #ended: Promise<number | null> = Promise.resolve(0);
  #port = 0;

  constructor(logs: readonly string[]) {
    this.#logs = logs;
  }

  get data(): string {
    return join(this.directory, "witness");
  }

  /** Starts it, the second time on the same port. */
  async start(...more: string[]): Promise<ReadyWitness> {
    const parameters = ["--data", this.data, "--log", ...this.#logs, "--listen", `127.0.0.1:${this.#port}`];
    const child = spawn(process.execPath, [command, "witness", "serve", "--json", ...parameters, ...more], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    this.#ended = new Promise((resolve) => child.once("close", (code) => resolve(code)));
    const line = await Promise.race([
      new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve)),
      this.#ended.then((code) => Promise.reject(new Error(`the witness ended with ${code}: ${stderr}`))),
    ]);
    const ready = JSON.parse(line) as ReadyWitness;
    this.#port = Number(new URL(ready.url).port);
    return ready;
  }

  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#ended;
  }

  async stop(): Promise<number | null> {
    this.#process?.kill("SIGTERM");
    return this.#ended;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { force: true, recursive: true });
  }
}

/** One command of the command line, to its end. */
export function runCommand(
  ...parameters: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...parameters], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, stderr, stdout });
    });
  });
}
