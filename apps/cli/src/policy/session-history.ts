import { actionStep, timeMs } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import { Counters, hasLasted, pastAction, rowsChanged } from "@custody/policy";
import { recordFilter } from "../records/filter.ts";
import type { IndexedRecord } from "../records/indexed-record.ts";
import { selectLast } from "../records/select.ts";

/** As long as counts are kept. */
const HOUR_MS = 3_600_000;

/** What the session of a record had changed within the hour before it, counted again from the ledger. */
export async function countersBefore(reader: LedgerReader, record: IndexedRecord): Promise<Counters> {
  const counters = new Counters();
  if (record.session === undefined) return counters;
  const endMs = timeMs(record.time);
  const time = (ms: number) => new Date(ms).toISOString();
  const options = { session: record.session, since: time(endMs - HOUR_MS), until: time(endMs + 1) };
  const filter = recordFilter({ ...options, type: "db.statement.*" }, reader, endMs);
  for (const earlier of await selectLast(reader, filter, Number.POSITIVE_INFINITY)) {
    if (earlier.index >= record.index || actionStep(earlier.type) !== "closes" || !hasLasted(earlier))
      continue;
    const action = pastAction(earlier);
    if (action !== undefined) counters.count(action, rowsChanged(earlier) ?? []);
  }
  return counters;
}
