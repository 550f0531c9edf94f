import { HttpProblem } from "../http/http-problem.ts";

/** What a token may report each second, and how much of it at once after a while of silence. */
const RECORDS_EACH_SECOND = 2000;
const RECORDS_AT_ONCE = 40_000;
const BYTES_EACH_SECOND = 8 * 1024 * 1024;
const BYTES_AT_ONCE = 64 * 1024 * 1024;

const TOKENS_MAX = 10_000;

interface Room {
  atMs: number;
  records: number;
  bytes: number;
}

/** Keeps one program from filling the disk of all, or from keeping statements waiting for it. */
export class LogRates {
  readonly #rooms = new Map<string, Room>();

  /** @throws HttpProblem too-much-reported, with the seconds after which there is room again */
  take(token: string, asked: { readonly records: number; readonly bytes: number }, nowMs: number): void {
    const room = this.#roomOf(token, nowMs);
    const missing = Math.max(
      (asked.records - room.records) / RECORDS_EACH_SECOND,
      (asked.bytes - room.bytes) / BYTES_EACH_SECOND,
    );
    if (missing > 0) {
      const retryAfter = Math.max(1, Math.ceil(missing));
      throw new HttpProblem("too-much-reported", `this token reports too much; go on in ${retryAfter} s`, {
        retryAfter,
      });
    }
    room.records -= asked.records;
    room.bytes -= asked.bytes;
  }

  #roomOf(token: string, nowMs: number): Room {
    const found = this.#rooms.get(token);
    if (found === undefined) {
      if (this.#rooms.size >= TOKENS_MAX) this.#rooms.clear();
      const room = { atMs: nowMs, bytes: BYTES_AT_ONCE, records: RECORDS_AT_ONCE };
      this.#rooms.set(token, room);
      return room;
    }
    const seconds = Math.max(0, nowMs - found.atMs) / 1000;
    found.atMs = nowMs;
    found.records = Math.min(RECORDS_AT_ONCE, found.records + seconds * RECORDS_EACH_SECOND);
    found.bytes = Math.min(BYTES_AT_ONCE, found.bytes + seconds * BYTES_EACH_SECOND);
    return found;
  }
}
