import { actionStep, timeMs } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import type { BudgetBook } from "@custody/policy";
import { parseRecord } from "../records/indexed-record.ts";

/** So many entries are read at once: between two wanted ones there may be many others. */
const GAP_MAX = 64;

/**
 * Has a book of budgets take in what the ledger says of earlier runs: what models took, who began which session, and what
 * people were told. All of the ledger's envelopes are read, since a budget may be for all time; records are decrypted only
 * where they count. Until it resolves the book knows too little, so requests to models have to wait for it.
 *
 * `size` is the ledger's before this run recorded what agents do: nothing counts twice. What cannot count any more by the time
 * of the records is forgotten on the way, so that a ledger of years needs no more memory than one of a month; but a record
 * whose clock was ahead of this one's has nothing forgotten.
 */
export async function recountBudgets(
  reader: LedgerReader,
  size: number,
  book: Pick<BudgetBook, "count" | "forget">,
  nowMs: number,
): Promise<void> {
  await reader.refresh();
  const wanted = new Set<number>();
  for await (const { i, t } of reader.envelopes(0, size)) if (counts(t)) wanted.add(i);
  // What was destroyed by order is in no sum any more.
  for (const [first, last] of runsOf(wanted))
    for await (const { index, payload } of reader.entries(first, last + 1))
      if (payload !== undefined && wanted.has(index)) {
        const record = parseRecord(index, payload);
        book.count(record);
        book.forget(Math.min(timeMs(record.time), nowMs));
      }
}

function counts(type: string): boolean {
  if (type === "session.started" || type.startsWith("budget.")) return true;
  return type.startsWith("model.") && actionStep(type) === "closes";
}

/** Indexes that stand near each other, as ranges that include their ends. */
function runsOf(indexes: Iterable<number>): [first: number, last: number][] {
  const runs: [number, number][] = [];
  for (const index of indexes) {
    const run = runs.at(-1);
    if (run !== undefined && index - run[1] <= GAP_MAX) run[1] = index;
    else runs.push([index, index]);
  }
  return runs;
}
