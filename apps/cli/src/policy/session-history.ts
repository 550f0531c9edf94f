import { timeMs } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import { Counters } from "@custody/policy";
import { recordFilter } from "../records/filter.ts";
import type { IndexedRecord } from "../records/indexed-record.ts";
import { selectLast } from "../records/select.ts";
import { COUNTED_MS, countRecorded } from "./count-recorded.ts";

/** What the session of a record had changed within the hour before it, counted again from the ledger. */
export async function countersBefore(reader: LedgerReader, record: IndexedRecord): Promise<Counters> {
  const counters = new Counters();
  if (record.session === undefined) return counters;
  const endMs = timeMs(record.time);
  const time = (ms: number) => new Date(ms).toISOString();
  const options = { session: record.session, since: time(endMs - COUNTED_MS), until: time(endMs + 1) };
  const filter = recordFilter({ ...options, type: "db.statement.*" }, reader, endMs);
  for (const earlier of await selectLast(reader, filter, Number.POSITIVE_INFINITY)) {
    if (earlier.index < record.index)
      countRecorded(earlier, (action, byTable) => counters.count(action, byTable));
  }
  return counters;
}
