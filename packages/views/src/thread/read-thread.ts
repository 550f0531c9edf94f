import type { AuditRecord, Thread } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import { readRecords } from "../indexing/read-records.ts";
import type { RecordIndex } from "../record-index.ts";
import { type ThreadRecord, threadFacts } from "./facts.ts";
import { type ThreadQuery, threadOf } from "./thread.ts";

/** So many records are read for one thread; what lies beyond is said to be missing. */
const RECORDS_MAX = 50_000;

/** Between two wanted records this many others are read rather than asked for anew. */
const GAP_MAX = 64;

export interface ReadThreadQuery extends ThreadQuery {
  /** Whether whoever asks may see a record; all, unless given. */
  readonly isReadable?: (record: AuditRecord) => boolean;
}

/**
 * The thread of a session and of those that it began, from the ledger's records. Undefined when there is none that whoever
 * asks may see.
 */
export async function readThread(
  index: Pick<RecordIndex, "threadRows">,
  reader: LedgerReader,
  { isReadable = () => true, ...query }: ReadThreadQuery,
): Promise<Thread | undefined> {
  const rows = index.threadRows(query.session, RECORDS_MAX + 1);
  const wanted = new Set(rows.slice(0, RECORDS_MAX));
  const records: ThreadRecord[] = [];
  for (const [first, last] of runsOf(wanted))
    await readRecords(reader, first, last + 1, ({ index: at, isEmpty, record }) => {
      if (!isEmpty && wanted.has(at) && isReadable(record))
        records.push({ facts: threadFacts(record), index: at });
      return true;
    });
  const thread = threadOf(records, query);
  return thread && { ...thread, isCut: rows.length > RECORDS_MAX, records: records.length };
}

/** Rows that stand near each other, as ranges that include their ends. */
function runsOf(rows: Iterable<number>): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run !== undefined && row - run[1] <= GAP_MAX) run[1] = row;
    else runs.push([row, row]);
  }
  return runs;
}
