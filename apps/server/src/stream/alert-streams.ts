import type { ServerResponse } from "node:http";
import { HttpProblem } from "../http/http-problem.ts";
import type { AlertsMark } from "../process/alert-desk.ts";

const STREAMS_MAX = 100;
const HEARTBEAT_MS = 15_000;

/** In a storm the counts change all the time; who looks need not see each. */
const TELL_INTERVAL_MS = 200;

/** Then the reader comes again, and shows a token that still holds. */
const LIFE_MS = 3_600_000;

interface AlertReader {
  readonly response: ServerResponse;
  readonly openedMs: number;
  told: number;
}

/**
 * Tells everybody who looks that alerts have changed, and how many are open. Only the newest state matters, so a reader
 * that is slow is told once it reads, and nothing waits for it.
 */
export class AlertStreams {
  readonly #readers = new Set<AlertReader>();
  readonly #heartbeat: NodeJS.Timeout;
  #mark: AlertsMark = { open: 0, version: -1 };
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
  }

  get size(): number {
    return this.#readers.size;
  }

  /** @throws HttpProblem `too-many-streams` */
  checkRoom(): void {
    if (this.#readers.size >= STREAMS_MAX)
      throw new HttpProblem("too-many-streams", `${STREAMS_MAX} streams are open already`);
  }

  open(response: ServerResponse): void {
    const reader: AlertReader = { openedMs: performance.now(), response, told: Number.NaN };
    this.#readers.add(reader);
    response.once("close", () => this.#readers.delete(reader));
    response.on("drain", () => this.#tell(reader));
    this.#tell(reader);
  }

  changed(mark: AlertsMark): void {
    this.#mark = mark;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      for (const reader of this.#readers) this.#tell(reader);
    }, TELL_INTERVAL_MS).unref();
  }

  close(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#timer);
    for (const { response } of this.#readers) response.end();
  }

  #tell(reader: AlertReader): void {
    const { open, version } = this.#mark;
    if (reader.told === version || reader.response.writableNeedDrain) return;
    reader.told = version;
    reader.response.write(`event: alerts\ndata: ${JSON.stringify({ open, version })}\n\n`);
  }

  #beat(): void {
    const nowMs = performance.now();
    for (const { openedMs, response } of this.#readers)
      if (nowMs - openedMs > LIFE_MS) response.end();
      else if (response.writableNeedDrain) response.destroy();
      else response.write(": still here\n\n");
  }
}
