import type { TableRows } from "@custody/domain";
import { decodeErrorResponse } from "@custody/wire/postgres";
import type { Dialogue } from "../dialogue.ts";
import type { Execution } from "../execution.ts";
import { errorResponse } from "../refuse.ts";
import { StatementFailure } from "../server-failure.ts";
import { type RowCounters, rowsBetween } from "../statistics/row-counters.ts";
import { readCounters } from "./read-counters.ts";

/** A trigger can put itself off again, a few times for good reasons. */
const ROUNDS_MAX = 5;

/**
 * What is put off until the end of a transaction: constraint triggers that are deferred, and may change rows. They run with its
 * COMMIT, or as soon as SET CONSTRAINTS makes them immediate.
 */
export function runPutOff(client: Dialogue): Promise<readonly Buffer[]> {
  return client.notices("SET CONSTRAINTS ALL IMMEDIATE");
}

/** A transaction with a snapshot of its own does not see what others have made since, and it runs all the same. */
const deferrableSql = `
SELECT 1 WHERE pg_catalog.current_setting('transaction_isolation') OPERATOR(pg_catalog.<>) 'read committed'
  OR EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgdeferrable AND NOT tgisinternal)`;

/**
 * Runs what is put off, and what that puts off again, until a look finds nothing that has changed; each round that did something
 * has changed rows.
 *
 * @throws StatementFailure also when there is no end of it
 */
export async function runAllPutOff(
  client: Dialogue,
  first: RowCounters,
): Promise<{ readonly counters: RowCounters; readonly notices: readonly Buffer[] }> {
  const notices: Buffer[] = [];
  let before = first;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    notices.push(...(await runPutOff(client)));
    const counters = await readCounters(client);
    if (before === undefined || rowsBetween(before, counters)?.length === 0) return { counters, notices };
    before = counters;
  }
  const raw = errorResponse(
    "ERROR",
    "54001",
    "Custody cannot tell what this would change: deferred triggers put themselves off again and again",
    "",
  );
  throw new StatementFailure(decodeErrorResponse(raw.subarray(5)).fields, raw);
}

/** Whether anything but the checks of the server itself can be put off. Those of foreign keys change nothing when they are. */
export async function canBePutOff(client: Dialogue): Promise<boolean> {
  const [row] = await client.rows(deferrableSql);
  return row !== undefined;
}

/** Whether an act makes run what was put off, so far as that is known. */
export function runsPutOff({ action, classified }: Execution): boolean {
  if (classified.control !== undefined) return action.commitsWrites === true;
  return action.operations.some(({ kind, verb }) => kind === "call" && verb === "SET CONSTRAINTS");
}

/** Whether what a write has put off has to be measured: a rule limits its rows, or a human has approved so many of them. */
export function isLimited({ approval, decision }: Execution): boolean {
  return decision?.isMeasured === true || approval !== undefined;
}

/** The rows that were not shown to whoever approved the writes before them. */
export function rowsBeyond(
  writes: readonly Execution[],
  byTable: readonly TableRows[],
): readonly TableRows[] {
  const approved = writes.flatMap(({ simulation }) => simulation?.byTable ?? []);
  // What travelled together was shown at the first of it, and is counted at the last.
  const done = writes.flatMap(({ approval, counted }) => (approval && counted?.byTable) ?? []);
  return byTable.flatMap((rows) => {
    const rest = (kind: "deleted" | "inserted" | "updated"): number => {
      const left = Math.max(0, sumOf(approved, rows, kind) - sumOf(done, rows, kind));
      return Math.max(0, rows[kind] - left);
    };
    const beyond = {
      ...rows,
      deleted: rest("deleted"),
      inserted: rest("inserted"),
      updated: rest("updated"),
    };
    return beyond.deleted + beyond.inserted + beyond.updated === 0 ? [] : [beyond];
  });
}

function sumOf(
  all: readonly TableRows[],
  { name, schema }: TableRows,
  kind: "deleted" | "inserted" | "updated",
): number {
  let sum = 0;
  for (const rows of all) if (rows.name === name && rows.schema === schema) sum += rows[kind];
  return sum;
}
