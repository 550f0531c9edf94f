import { type ChildProcess, fork } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ServerError } from "../error.ts";
import { ALIVE_INTERVAL_MS, type FromServer, type ToServer } from "./messages.ts";
import type { ServerSettings } from "./settings.ts";

/** Opening what millions of entries have left takes its time; hanging for ever does not. */
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 3000;

export interface ReadyServer {
  readonly url: string;
  readonly port: number;
  readonly signInUrl: string;
}

export interface ServerChildOptions {
  readonly settings: ServerSettings;
  /** How long an address that is taken is tried again: whoever had it may be about to end. */
  readonly listenPatienceMs: number;
  readonly onQuestion: (question: Extract<FromServer, { kind: "question" }>, child: ServerChild) => void;
  readonly warn: (text: string) => void;
  /** A process that says nothing for so long hangs, and is ended. */
  readonly silenceMaxMs: number;
}

/** One run of the server's process. */
export class ServerChild {
  readonly #process: ChildProcess;
  readonly #exited: Promise<string>;
  readonly #options: ServerChildOptions;
  #isSending = false;
  #silentTicks = 0;

  constructor(options: ServerChildOptions) {
    this.#options = options;
    this.#process = fork(entryPath(), [], {
      env: environmentOf(options.settings),
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const child = this.#process;
    // Without a listener, an error of the channel would end the data path.
    child.on("error", () => {});
    this.#exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
      child.once("error", (error) => resolve(error.message));
    });
    if (child.stderr !== null)
      createInterface(child.stderr).on("line", (line) => options.warn(`server: ${line}`));
  }

  /** How the process ended, once it has. */
  get exited(): Promise<string> {
    return this.#exited;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resolves once it listens. @throws ServerError */
  start(): Promise<ReadyServer> {
    const { settings, listenPatienceMs, onQuestion, warn } = this.#options;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.kill();
        reject(new ServerError("WORKER_FAILED", "the server's process does not begin — see the lines above"));
      }, START_TIMEOUT_MS);
      const settle = (done: () => void) => {
        clearTimeout(timer);
        done();
      };
      this.#process.on("message", (message: FromServer) => {
        this.#silentTicks = 0;
        if (message.kind === "alive") return;
        if (message.kind === "question") onQuestion(message, this);
        else if (message.kind === "warning") warn(message.text);
        else if (message.kind === "ready") {
          this.#watch();
          settle(() => resolve(message));
        } else settle(() => reject(new ServerError(message.code, message.message)));
      });
      void this.#exited.then((how) => {
        const what = `the server's process ended (${how}) — see the lines above, and start again`;
        settle(() => reject(new ServerError("WORKER_FAILED", what)));
      });
      this.send({ kind: "start", listenPatienceMs, settings });
    });
  }

  /** Counts ticks and not time, so that a machine that slept does not take its server for dead. */
  #watch(): void {
    const { silenceMaxMs, warn } = this.#options;
    const timer = setInterval(() => {
      this.#silentTicks += 1;
      if (this.#silentTicks * ALIVE_INTERVAL_MS <= silenceMaxMs) return;
      clearInterval(timer);
      warn("the server's process hangs, and is ended");
      this.kill();
    }, ALIVE_INTERVAL_MS).unref();
    void this.#exited.then(() => clearInterval(timer));
  }

  send(message: ToServer): void {
    if (this.#process.connected) this.#process.send(message, () => {});
  }

  /** Leaves it out when an earlier one is still on its way: a process that hangs must not fill our memory. */
  sendIfIdle(message: ToServer): boolean {
    if (this.#isSending || !this.#process.connected) return false;
    this.#isSending = true;
    this.#process.send(message, () => {
      this.#isSending = false;
    });
    return true;
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  /** Asks it to end, and makes it end when it does not. */
  async stop(): Promise<void> {
    this.send({ kind: "stop" });
    const timer = setTimeout(() => this.kill(), STOP_TIMEOUT_MS);
    await this.#exited;
    clearTimeout(timer);
  }
}

/** It needs next to nothing from our own, which holds the passwords of databases. */
function environmentOf({ authorities }: ServerSettings): NodeJS.ProcessEnv {
  const zone = process.env["TZ"];
  return {
    ...(zone === undefined ? {} : { TZ: zone }),
    ...(authorities === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorities }),
  };
}

/** Node 20 cannot run TypeScript, so tests that run on the sources use the process of the last build. */
function entryPath(): string {
  const own = import.meta.url;
  if (!own.endsWith(".ts")) return fileURLToPath(new URL("./server-entry.js", import.meta.url));
  return fileURLToPath(new URL("../../dist/process/server-entry.js", own));
}
