import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { removeFolder } from "./remove-folder.ts";

const command = new URL("../../apps/cli/bin/custody.mjs", import.meta.url).pathname;

/** What `custody up --json` prints when it is ready. */
interface Ready {
  readonly server: string;
  readonly targets: readonly { readonly name: string; readonly listen: string }[];
  readonly models: { readonly listen?: string };
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One installation of Custody in a folder of its own: the built command, as users run it. */
export class Custody {
  readonly directory: string = mkdtempSync(join(tmpdir(), "custody-e2e-"));
  readonly #environment: NodeJS.ProcessEnv;
  #process: ChildProcess | undefined;
  #said = "";
  #ended: Promise<number | null> = Promise.resolve(0);

  /** `upstream` reaches Custody by a variable, as a secret should. */
  constructor(
    upstream: string,
    yaml = "",
    variables: NodeJS.ProcessEnv = {},
    environment: "development" | "disposable" | "production" = "development",
  ) {
    this.#environment = { ...process.env, ...variables, SHOP_DATABASE_URL: upstream, NO_COLOR: "1" };
    for (const name of ["CUSTODY_HOME", "CUSTODY_URL", "CUSTODY_TOKEN"]) delete this.#environment[name];
    const target = `name: shop, kind: postgres, listen: '127.0.0.1:0', environment: ${environment}`;
    const text = `data: ./data\nlisten: 127.0.0.1:0\ntargets:\n  - { ${target}, upstream: { env: SHOP_DATABASE_URL } }\n${yaml}`;
    writeFileSync(join(this.directory, "custody.yaml"), text);
  }

  get data(): string {
    return join(this.directory, "data");
  }

  /** What `custody up` said on stderr, since it was started last. */
  get said(): string {
    return this.#said;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts `custody up` and waits until all ports listen. */
  async start(...parameters: string[]): Promise<Ready> {
    const child = spawn(process.execPath, [command, "up", "--json", ...parameters], {
      cwd: this.directory,
      env: this.#environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    this.#said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      this.#said += chunk.toString();
    });
    this.#ended = new Promise((resolve) => child.once("close", (code) => resolve(code)));
    const line = await Promise.race([
      new Promise<string>((resolve) => createInterface(child.stdout).once("line", resolve)),
      this.#ended.then((code) => Promise.reject(new Error(`custody up ended with ${code}: ${this.#said}`))),
    ]);
    return JSON.parse(line) as Ready;
  }

  /** Ends it without warning, as a power switch for one process. */
  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#ended;
  }

  /** Asks it to stop; resolves with its exit code. */
  async stop(): Promise<number | null> {
    this.#process?.kill("SIGTERM");
    return this.#ended;
  }

  /** Runs one command of the command line to its end. */
  run(...parameters: string[]): Promise<CommandResult> {
    return this.runWith("", ...parameters);
  }

  /** The same, with something on its standard input. */
  runWith(input: string, ...parameters: string[]): Promise<CommandResult> {
    const options = { cwd: this.directory, env: this.#environment, maxBuffer: 1 << 30 };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, [command, ...parameters], options, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
      });
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    });
  }

  /** All records, oldest first. */
  async records<Shape>(...filters: string[]): Promise<Shape[]> {
    const { code, stdout, stderr } = await this.run("log", "--json", "--limit", "100000000", ...filters);
    if (code !== 0) throw new Error(`custody log ended with ${code}: ${stderr}`);
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Shape);
  }

  /** A session's connection URL for the target. */
  async sessionUrl(whose: "machine" | "person" = "machine"): Promise<string> {
    const { code, stdout, stderr } = await this.run(
      "session",
      "new",
      "--agent",
      "tester",
      ...(whose === "machine" ? ["--machine"] : []),
      "--json",
    );
    if (code !== 0) throw new Error(`custody session new ended with ${code}: ${stderr}`);
    return (JSON.parse(stdout) as { targets: { shop: { url: string } } }).targets.shop.url;
  }

  async remove(): Promise<void> {
    await this.kill();
    // The server is a process of its own, and may write a last file while it finds out that it is alone.
    await removeFolder(this.directory);
  }
}
