import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { RecordRow } from "@custody/domain";
import { listen } from "../listen.ts";
import { type ServedLedger, token } from "./served-ledger.ts";

export interface StreamEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: RecordRow & { readonly cursor?: number };
}

/** A reader of the live stream, which stops reading when told. */
export class StreamReader {
  readonly response: IncomingMessage;
  /** Whole events so far, without comments. */
  readonly events: StreamEvent[] = [];
  #rest = "";

  private constructor(response: IncomingMessage) {
    this.response = response;
    response.on("data", (chunk: Buffer) => this.#take(chunk.toString()));
    response.on("error", () => {});
  }

  static async open(port: number, query = "", headers: Record<string, string> = {}): Promise<StreamReader> {
    const sent = request({
      headers: { authorization: `Bearer ${token}`, ...headers },
      host: "127.0.0.1",
      path: `/api/stream${query}`,
      port,
    });
    sent.end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return new StreamReader(response);
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop() as string;
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block.split("\n").map((line) => /^([a-z]*): ?(.*)$/.exec(line)?.slice(1) ?? []),
      );
      if (fields["event"] === undefined) continue;
      this.events.push({ data: JSON.parse(fields["data"]), event: fields["event"], id: fields["id"] });
    }
  }

  async until(condition: (events: readonly StreamEvent[]) => boolean): Promise<readonly StreamEvent[]> {
    for (let look = 0; look < 500; look += 1) {
      const { events } = this;
      if (condition(events)) return events;
      await sleep(10);
    }
    throw new Error(
      `this did not come; what came last is ${JSON.stringify(this.events.at(-1)).slice(0, 500)}`,
    );
  }
}

/** Lets the server listen, and keeps telling it how the ledger grows, as the data path does. */
export async function listening(served: ServedLedger): Promise<number> {
  const port = await listen(served.api, { host: "127.0.0.1", port: 0 }, 0);
  const timer = setInterval(() => served.parts.feed.grown(served.ledger.size), 5).unref();
  served.timers.push(timer);
  return port;
}
