import type { LedgerReader, ReadEntry } from "@custody/ledger";
import type { RecordFilter } from "../records/filter.ts";
import { type IndexedRecord, parseRecord } from "../records/indexed-record.ts";

export interface MatchingEntry {
  readonly entry: ReadEntry;
  readonly record: IndexedRecord;
}

/** A bundle, which is what the reader reads at once. */
const WINDOW = 256;

/** What matches, oldest first, holding one bundle at a time. What envelopes rule out is not decrypted. */
export async function* matchingEntries(
  reader: LedgerReader,
  filter: RecordFilter,
  onWindow: (end: number) => void,
): AsyncGenerator<MatchingEntry, void, undefined> {
  const { size } = reader;
  for (let start = 0; start < size; start += WINDOW) {
    const end = Math.min(start + WINDOW, size);
    const wanted = new Set<number>();
    for await (const envelope of reader.envelopes(start, end))
      if (filter.mayMatch(envelope)) wanted.add(envelope.i);
    if (wanted.size > 0) {
      for await (const entry of reader.entries(Math.min(...wanted), Math.max(...wanted) + 1)) {
        const { index, payload } = entry;
        if (!wanted.has(index) || payload === undefined || !filter.mayContain(payload)) continue;
        const record = parseRecord(index, payload);
        if (filter.matches(record, payload)) yield { entry, record };
      }
    }
    onWindow(end);
  }
}
