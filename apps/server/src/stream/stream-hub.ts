import { HttpProblem } from "../http/http-problem.ts";
import type { Records } from "../records.ts";
import type { LiveFeed } from "./live-feed.ts";
import { RecordStream, type RecordStreamOptions } from "./record-stream.ts";
import { RowBatch } from "./row-batch.ts";

export const STREAMS_MAX = 100;
const HEARTBEAT_MS = 15_000;

/** All open streams. */
export class StreamHub {
  readonly #streams = new Set<RecordStream>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #feed: LiveFeed;
  readonly #records: Records;
  /** Set while there are streams: without one, nobody needs rows. */
  #unsubscribe: (() => void) | undefined;
  readonly #endForgetting: () => void;

  constructor(feed: LiveFeed, records: Records) {
    this.#feed = feed;
    this.#records = records;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    this.#endForgetting = records.onForgotten(() => {
      for (const stream of this.#streams) stream.forget();
    });
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
    this.#unsubscribe ??= this.#feed.listen((rows, cursor) =>
      this.#tell(new RowBatch(rows, cursor, this.#records)),
    );
    options.response.once("close", () => this.#forget(stream));
    // Nothing can come between: what is resumed and what is live meet without a gap.
    stream.resume();
  }

  /** Somebody may do something else now. */
  lookAgain(): void {
    for (const stream of this.#streams) stream.lookAgain();
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#endForgetting();
    this.#unsubscribe?.();
    for (const stream of this.#streams) stream.end();
  }

  #forget(stream: RecordStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  /** What goes wrong with one stream ends that one, and its reader comes again. */
  #tell(batch: RowBatch): void {
    for (const stream of this.#streams) {
      try {
        stream.take(batch);
      } catch {
        stream.end();
      }
    }
  }

  #beat(): void {
    const nowMs = performance.now();
    for (const stream of this.#streams) stream.beat(nowMs);
  }
}
