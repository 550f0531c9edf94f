import { setImmediate as breathe } from "node:timers/promises";
import { actionStep } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import type { PastRecord } from "./orders.ts";

/** A bundle, which is what the reader reads at once. */
const WINDOW = 256;

/** Records stand in the order in which they were written; a clock that was set back may have done so by this much. */
const CLOCK_SLACK_MS = 86_400_000;

export interface PastWindow {
  readonly records: readonly PastRecord[];
  /** The index behind the last entry that was looked at. */
  readonly end: number;
}

/**
 * The records of a time that close a statement, oldest first, a bundle at a time. What envelopes rule out is not decrypted,
 * what was destroyed is left out, and others get their turn in between.
 */
export async function* pastRecords(
  reader: LedgerReader,
  sinceMs: number,
  untilMs: number,
): AsyncGenerator<PastWindow, void, undefined> {
  const { size } = reader;
  for (let start = await firstIndex(reader, sinceMs - CLOCK_SLACK_MS); start < size; ) {
    const end = Math.min(start - (start % WINDOW) + WINDOW, size);
    const wanted = new Set<number>();
    let earliestMs = Number.POSITIVE_INFINITY;
    for await (const { i, t, ts } of reader.envelopes(start, end)) {
      earliestMs = Math.min(earliestMs, ts);
      if (ts >= sinceMs && ts < untilMs && actionStep(t) === "closes") wanted.add(i);
    }
    if (earliestMs >= untilMs + CLOCK_SLACK_MS) return;
    yield { end, records: await payloadsOf(reader, wanted) };
    start = end;
    await breathe();
  }
}

async function payloadsOf(reader: LedgerReader, wanted: ReadonlySet<number>): Promise<PastRecord[]> {
  const records: PastRecord[] = [];
  for await (const { index, payload } of reader.entriesAt(wanted))
    if (payload !== undefined) records.push({ index, payload });
  return records;
}

/** The first entry that is not older, as if times only ever grew. */
async function firstIndex(reader: LedgerReader, sinceMs: number): Promise<number> {
  let low = 0;
  let high = reader.size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { envelope } = await reader.envelope(middle);
    if (envelope.ts < sinceMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
