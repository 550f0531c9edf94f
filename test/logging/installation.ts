import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { AuditRecord } from "@custody/domain";
import { Custody } from "../end-to-end/custody-process.ts";
import { makeOwner } from "../end-to-end/people.ts";
import { createDatabase } from "../postgres/shared.ts";

const load = fileURLToPath(new URL("reporting-load.mjs", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Custody with an owner, and a token of a program that reports. */
export class Installation {
  readonly custody: Custody;
  server = "";
  token = "";
  readonly #drop: () => Promise<void>;

  private constructor(custody: Custody, drop: () => Promise<void>) {
    this.custody = custody;
    this.#drop = drop;
  }

  static async begin(): Promise<Installation> {
    const database = await createDatabase();
    // A port that stays, so that what was started before a restart finds it again.
    const installation = new Installation(new Custody(database.url), () => database.drop());
    await installation.start();
    await makeOwner(installation.custody, installation.server);
    installation.token = await installation.newToken("sdk");
    return installation;
  }

  async start(listen = "127.0.0.1:0"): Promise<void> {
    this.server = (await this.custody.start("--listen", listen)).server;
  }

  /** Kills it, and starts it again on the same port. */
  async killAndStart(): Promise<void> {
    const { host } = new URL(this.server);
    await this.custody.kill();
    await this.start(host);
  }

  async newToken(kind: string, ...more: string[]): Promise<string> {
    const made = await this.custody.run("tokens", "create", "--name", kind, "--for", kind, ...more, "--json");
    if (made.code !== 0) throw new Error(made.stderr);
    return (JSON.parse(made.stdout) as { token: string }).token;
  }

  post(body: string | Uint8Array, token = this.token): Promise<Response> {
    return fetch(`${this.server}/api/log`, {
      body: body as string,
      headers: { authorization: `Bearer ${token}` },
      method: "POST",
    });
  }

  report(events: readonly object[], token?: string): Promise<Response> {
    return this.post(events.map((event) => JSON.stringify(event)).join("\n"), token);
  }

  records(...filters: string[]): Promise<AuditRecord[]> {
    return this.custody.records<AuditRecord>(...filters);
  }

  get variables(): NodeJS.ProcessEnv {
    return { ...process.env, CUSTODY_TOKEN: this.token, CUSTODY_URL: this.server };
  }

  /** A process that reports, and what it says is safe. */
  load(folder: string, run: string, count?: number): Load {
    const parameters = [load, folder, run, ...(count === undefined ? [] : [String(count)])];
    return new Load(spawn(process.execPath, parameters, { cwd: root, env: this.variables, stdio: "pipe" }));
  }

  async end(): Promise<void> {
    await this.custody.remove();
    await this.#drop();
  }
}

export class Load {
  readonly #child: ChildProcess;
  readonly ended: Promise<void>;
  /** How many events it was told are safe. */
  safe = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    const lines = createInterface(child.stdout as NodeJS.ReadableStream);
    lines.on("line", (line) => {
      if (line !== "begun") this.safe = Number(line) + 1;
    });
    child.stderr?.pipe(process.stderr);
    this.ended = new Promise((resolve) => child.once("close", () => resolve()));
  }

  async until(safe: number): Promise<void> {
    while (this.safe < safe) {
      if (this.#child.exitCode !== null) throw new Error("the load ended");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }
}

/** Numbers of each run, as the ledger has them. */
export function numbersByRun(records: readonly AuditRecord[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { details } of records) {
    const run = String(details?.["run"]);
    found.set(run, [...(found.get(run) ?? []), Number(details?.["number"])]);
  }
  return found;
}
