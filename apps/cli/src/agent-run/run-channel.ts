import { setTimeout as sleep } from "node:timers/promises";
import type { OverRun } from "@custody/server";
import type { ControlClient } from "../control/control-client.ts";

const PAUSE_MS_MIN = 250;
const PAUSE_MS_MAX = 5000;

/** No message of Custody's is so long. */
const MESSAGE_CHARACTERS_MAX: number = 64 * 1024;

export interface RunChannelOptions {
  readonly session: string;
  /** Finds the server anew: one that was started again may listen elsewhere. @throws CliError */
  readonly connect: () => ControlClient;
  /** Sent whenever the channel opens, since Custody keeps it in memory only. */
  readonly secrets: readonly string[];
  /** The session is over for Custody. Told once, and the channel is not opened again. */
  readonly onOver: (reason: OverRun["reason"]) => void;
}

/** `gone`: nobody answered, or could not record; it may be tried again. `refused`: it never will be taken. */
export type Posted = "taken" | "gone" | "refused";

/** The run's own way to Custody: one stream that is held open, and what is sent. It comes back by itself. */
export class RunChannel {
  readonly #options: RunChannelOptions;
  readonly #closing = new AbortController();
  #isOpen = false;

  constructor(options: RunChannelOptions) {
    this.#options = options;
    void this.#hold();
  }

  /** Whether Custody hears us at the moment. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  async post(name: "end" | "recording" | "secrets", body: unknown): Promise<Posted> {
    const { connect, session } = this.#options;
    try {
      const { isYes, status } = await connect().try("POST", `/api/sessions/${session}/${name}`, body);
      if (isYes) return "taken";
      return status >= 400 && status < 500 && status !== 429 ? "refused" : "gone";
    } catch {
      return "gone";
    }
  }

  close(): void {
    this.#closing.abort();
  }

  async #hold(): Promise<void> {
    const { signal } = this.#closing;
    let pauseMs = PAUSE_MS_MIN;
    while (!signal.aborted) {
      if (await this.#listen().catch(() => false)) pauseMs = PAUSE_MS_MIN;
      this.#isOpen = false;
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
    }
  }

  /** Resolves when the stream ends; to whether there was one. */
  async #listen(): Promise<boolean> {
    const { connect, secrets, session } = this.#options;
    const response = await connect().stream(`/api/sessions/${session}/control`, this.#closing.signal);
    if (response.statusCode !== 200) {
      response.resume();
      // It was over long ago, or the ledger is another one.
      if (response.statusCode === 401) this.#over("unknown");
      return false;
    }
    this.#isOpen = true;
    await this.post("secrets", { values: secrets });
    let waiting = "";
    for await (const chunk of response.setEncoding("utf8") as AsyncIterable<string>) {
      const messages = (waiting + chunk).split("\n\n");
      waiting = (messages.pop() ?? "").slice(0, MESSAGE_CHARACTERS_MAX);
      for (const message of messages) this.#take(message);
    }
    return true;
  }

  #take(message: string): void {
    const lines = message.split("\n");
    if (!lines.includes("event: over")) return;
    const data = lines.find((line) => line.startsWith("data: "))?.slice(6) ?? "{}";
    const { reason } = JSON.parse(data) as { reason: OverRun["reason"] };
    this.#over(reason);
  }

  #over(reason: OverRun["reason"]): void {
    this.close();
    this.#options.onOver(reason);
  }
}
