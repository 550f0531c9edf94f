import type { LedgerReader } from "@custody/ledger";
import type { RecordFilter } from "./filter.ts";
import { type IndexedRecord, parseRecord } from "./indexed-record.ts";

/** A bundle, which is what the reader reads at once. */
const WINDOW = 256;

/** A clock that was set back by more than this makes `--since` miss what lies behind the jump. */
const CLOCK_SLACK_MS = 86_400_000;

/** The last `limit` records that match, newest last. Reads backwards, and stops when it has enough. */
export async function selectLast(
  reader: LedgerReader,
  filter: RecordFilter,
  limit: number,
): Promise<IndexedRecord[]> {
  const windows: IndexedRecord[][] = [];
  let found = 0;
  for (let end = reader.size; end > 0 && found < limit; end = Math.floor((end - 1) / WINDOW) * WINDOW) {
    const start = Math.floor((end - 1) / WINDOW) * WINDOW;
    const { records, newestMs } = await selectRange(reader, filter, start, end);
    windows.push(records);
    found += records.length;
    if (newestMs < filter.sinceMs - CLOCK_SLACK_MS) break;
  }
  return windows.reverse().flat().slice(-limit);
}

/** The matching records from `start` up to, but without, `end`. */
export async function selectRange(
  reader: LedgerReader,
  filter: RecordFilter,
  start: number,
  end: number,
): Promise<{ records: IndexedRecord[]; newestMs: number }> {
  const wanted = new Set<number>();
  let newestMs = 0;
  for await (const envelope of reader.envelopes(start, end)) {
    newestMs = Math.max(newestMs, envelope.ts);
    if (filter.mayMatch(envelope)) wanted.add(envelope.i);
  }
  const records: IndexedRecord[] = [];
  if (wanted.size === 0) return { newestMs, records };
  for await (const { index, payload } of reader.entries(Math.min(...wanted), Math.max(...wanted) + 1)) {
    if (!wanted.has(index) || payload === undefined || !filter.mayContain(payload)) continue;
    const record = parseRecord(index, payload);
    if (filter.matches(record, payload)) records.push(record);
  }
  return { newestMs, records };
}
