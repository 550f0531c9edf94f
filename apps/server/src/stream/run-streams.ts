import type { ServerResponse } from "node:http";
import { HttpProblem } from "../http/http-problem.ts";
import type { OverRun } from "../process/data-path.ts";
import type { DataPathLink } from "../process/data-path-link.ts";

/** The data path counts in these: a run that is in none of thirty in a row is over. */
const TICK_MS = 1000;

/** Keeps proxies from ending what seems idle. */
const HEARTBEAT_TICKS = 10;

/** A machine that is gone says nothing: after so long the system asks, and ten seconds later gives up. */
const KEEP_ALIVE_MS = 10_000;

const STREAMS_MAX = 1000;

/**
 * The channels of all runs: each `custody run` holds one, and learns by it that its session is over. That a run is there is
 * nothing but its open channel; the data path is told every second which ones are.
 */
export class RunStreams {
  readonly #link: Pick<DataPathLink, "ask">;
  readonly #streams = new Map<ServerResponse, string>();
  readonly #timer: NodeJS.Timeout;
  #ticks = 0;

  constructor(link: Pick<DataPathLink, "ask">) {
    this.#link = link;
    this.#timer = setInterval(() => void this.#tick(), TICK_MS).unref();
  }

  /** @throws HttpProblem `too-many-streams` */
  checkRoom(): void {
    if (this.#streams.size >= STREAMS_MAX)
      throw new HttpProblem("too-many-streams", `${STREAMS_MAX} runs are under way already`);
  }

  open(session: string, response: ServerResponse): void {
    this.#streams.set(response, session);
    response.once("close", () => this.#streams.delete(response));
    response.socket?.setKeepAlive(true, KEEP_ALIVE_MS);
    response.write(": connected\n\n");
  }

  close(): void {
    clearInterval(this.#timer);
    for (const response of this.#streams.keys()) response.end();
  }

  /** A data path that does not answer is busy, or ends: the next tick asks again. */
  async #tick(): Promise<void> {
    this.#ticks += 1;
    const sessions = [...new Set(this.#streams.values())];
    const over = await this.#link.ask("listeningRuns", { sessions }).catch(() => []);
    for (const each of over) this.#tell(each);
    if (this.#ticks % HEARTBEAT_TICKS !== 0) return;
    for (const response of this.#streams.keys()) response.write(": still here\n\n");
  }

  #tell({ reason, session }: OverRun): void {
    for (const [response, each] of this.#streams) {
      if (each !== session) continue;
      this.#streams.delete(response);
      response.end(`event: over\ndata: ${JSON.stringify({ reason })}\n\n`);
    }
  }
}
