import type { TableRows } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";
import type { Execution } from "../execution.ts";

/**
 * What is put off until the end of a transaction: constraint triggers that are deferred, and may change rows. They run with its
 * COMMIT, or as soon as SET CONSTRAINTS makes them immediate.
 */
export function runPutOff(client: Dialogue): Promise<readonly Buffer[]> {
  return client.notices("SET CONSTRAINTS ALL IMMEDIATE");
}

/** Whether anything but the checks of the server itself can be put off. Those of foreign keys change nothing when they are. */
export async function canBePutOff(client: Dialogue): Promise<boolean> {
  const [row] = await client.rows(
    "SELECT 1 FROM pg_catalog.pg_trigger WHERE tgdeferrable AND NOT tgisinternal LIMIT 1",
  );
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
  const done = writes.flatMap(({ counted, simulation }) => (simulation && counted?.byTable) ?? []);
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
