import { HttpProblem } from "../http/http-problem.ts";
import type { LiveFeed } from "./live-feed.ts";
import { RecordStream, type RecordStreamOptions } from "./record-stream.ts";

export const STREAMS_MAX = 100;
const HEARTBEAT_MS = 15_000;

/** All open streams. */
export class StreamHub {
  readonly #streams = new Set<RecordStream>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unsubscribe: () => void;

  constructor(feed: LiveFeed) {
    this.#unsubscribe = feed.listen((rows, cursor) => {
      for (const stream of this.#streams) stream.take(rows, cursor);
    });
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
  }

  get size(): number {
    return this.#streams.size;
  }

  /** @throws HttpProblem `too-many-streams` */
  checkRoom(): void {
    if (this.#streams.size >= STREAMS_MAX)
      throw new HttpProblem("too-many-streams", `${STREAMS_MAX} streams are open already`);
  }

  open(options: RecordStreamOptions): void {
    const stream = new RecordStream(options);
    this.#streams.add(stream);
    options.response.once("close", () => this.#streams.delete(stream));
    // Nothing can come between: what is resumed and what is live meet without a gap.
    stream.resume();
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#unsubscribe();
    for (const stream of this.#streams) stream.end();
  }

  #beat(): void {
    const nowMs = performance.now();
    for (const stream of this.#streams) stream.beat(nowMs);
  }
}
