import type { ServerResponse } from "node:http";
import type { Records } from "../records.ts";
import type { StreamQuery } from "../routes/schemas.ts";
import { type RowBatch, type RowEvent, rowEvent } from "./row-batch.ts";

/** What may wait for a reader. Beyond it the reader is told to load its list again, once it reads. */
const WAITING_BYTES_MAX: number = 1024 * 1024;

/** Somebody who comes back after more than this loads the list again; that is less work for both. */
export const RESUMED_ROWS_MAX = 1000;

/** A reader that takes nothing for so long is gone, or will have to come again. */
const STUCK_MS = 120_000;

/** Then the reader comes again, and shows a token that still holds. */
const LIFE_MS = 3_600_000;

export interface RecordStreamOptions {
  readonly response: ServerResponse;
  readonly records: Records;
  readonly query: StreamQuery;
  /** Whether whoever reads may still. */
  readonly mayGoOn: () => boolean;
}

/** One reader of the live stream, as Server-Sent Events. */
export class RecordStream {
  readonly #response: ServerResponse;
  readonly #records: Records;
  readonly #query: StreamQuery;
  readonly #mayGoOn: () => boolean;
  /** Everything below it was sent, or did not match. */
  #cursor: number;
  readonly #openedMs = performance.now();
  /** So much waits that nothing more is queued until it is read. */
  #isSlow = false;
  /** Since when something has waited whenever we looked. */
  #waitingSinceMs: number | undefined;

  constructor({ mayGoOn, response, records, query }: RecordStreamOptions) {
    this.#response = response;
    this.#records = records;
    this.#query = query;
    this.#mayGoOn = mayGoOn;
    this.#cursor = query.after === undefined ? records.cursor : query.after + 1;
    response.on("drain", () => this.#caughtUp());
  }

  /** Sends what the reader missed, and leaves it where the live rows go on. */
  resume(): void {
    const { cursor } = this.#records;
    if (this.#cursor >= cursor) return this.#beyond(cursor);
    const { filter, view } = this.#query;
    const rows = this.#records.rowsAfter(this.#cursor - 1, filter, view, RESUMED_ROWS_MAX + 1);
    if (rows.length > RESUMED_ROWS_MAX) this.#snapshot();
    else this.#send(rows.map(rowEvent), cursor);
  }

  /** Whoever may not read any more does not get what still waits either. */
  lookAgain(): void {
    if (!this.#mayGoOn()) this.#response.destroy();
  }

  take(batch: RowBatch): void {
    if (!this.#isSlow) this.#send(batch.events(this.#query), batch.cursor);
  }

  /** Rows were destroyed: what waits here may be among them, and is thrown away with the connection. */
  forget(): void {
    if (this.#isSlow || this.#response.writableLength > 0) this.#response.destroy();
    else this.#snapshot();
  }

  /** Keeps proxies from ending what seems idle. Ends what is stuck. */
  beat(nowMs: number): void {
    this.lookAgain();
    if (this.#response.writableLength === 0) this.#waitingSinceMs = undefined;
    else this.#waitingSinceMs ??= nowMs;
    if (nowMs - (this.#waitingSinceMs ?? nowMs) > STUCK_MS) this.#response.destroy();
    else if (nowMs - this.#openedMs > LIFE_MS) this.end();
    else if (!this.#isSlow) this.#write(": still here\n\n");
  }

  end(): void {
    this.#response.end();
  }

  /** With these, everything below `cursor` was looked at. */
  #send(events: readonly RowEvent[], cursor: number): void {
    let text = "";
    for (const event of events) if (event.index >= this.#cursor) text += event.text;
    this.#cursor = Math.max(this.#cursor, cursor);
    if (text !== "") this.#write(text);
  }

  #write(text: string): void {
    this.#response.write(text);
    if (this.#response.writableLength > WAITING_BYTES_MAX) this.#isSlow = true;
  }

  #caughtUp(): void {
    if (!this.#isSlow) return;
    this.#isSlow = false;
    this.#snapshot();
  }

  #snapshot(): void {
    this.#cursor = this.#records.cursor;
    this.#write(`event: snapshot\ndata: {"cursor":${this.#cursor}}\n\n`);
  }

  /** Somebody who has more than there is has it from another ledger, or from one that lost its end. */
  #beyond(cursor: number): void {
    if (this.#cursor > cursor) this.#snapshot();
  }
}
