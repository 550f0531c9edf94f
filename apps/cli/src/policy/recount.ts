import { type Action, actionStep, type TableRows } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import { parseRecord } from "../records/indexed-record.ts";
import { COUNTED_MS, countRecorded } from "./count-recorded.ts";

/** Reading so many takes a few seconds. What is older than them is not counted, and docs/policy.md says so. */
const ENTRIES_MAX = 100_000;

/**
 * Counts again what sessions had changed within the hour before a start, from the ledger: a limit over time would begin anew
 * with every restart. Agents are served meanwhile; what they do is counted besides.
 *
 * `size` is the ledger's before this run recorded what agents do: nothing counts twice.
 */
export async function recount(
  reader: LedgerReader,
  size: number,
  nowMs: number,
  count: (action: Action, byTable: readonly TableRows[]) => void,
): Promise<void> {
  const wanted = new Set<number>();
  await reader.refresh();
  const from = Math.max(0, size - ENTRIES_MAX);
  for await (const { i, t, ts } of reader.envelopes(from, size))
    if (ts >= nowMs - COUNTED_MS && actionStep(t) === "closes") wanted.add(i);
  if (wanted.size === 0) return;
  for await (const { index, payload } of reader.entries(Math.min(...wanted), size)) {
    if (!wanted.has(index) || payload === undefined) continue;
    countRecorded(parseRecord(index, payload), count);
  }
}
