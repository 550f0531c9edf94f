import type { Effect } from "@custody/domain";
import type { Execution, FinalStatus } from "./execution.ts";
import type { Unfinished } from "./unfinished.ts";

/**
 * What a command tag says about rows (https://www.postgresql.org/docs/current/protocol-message-formats.html,
 * CommandComplete). `INSERT`, `UPDATE`, `DELETE` and `MERGE` count affected rows, `COPY` copied ones, `SELECT`,
 * `FETCH` and `MOVE` returned ones; `SELECT` of CREATE TABLE AS counts rows written.
 */
export function effectOf(execution: Execution, status: FinalStatus): Effect {
  const { tag, error, bulk, counted, rowsReturned, rowBytes } = execution;
  const rows = rowsOf(execution, rowsReturned);
  const effect: Unfinished<Effect> = {
    bytes: rowBytes,
    rows,
    source: tag === undefined && error === undefined ? "not-reported" : "server",
    status,
  };
  if (tag !== undefined) effect.tag = tag;
  if (bulk !== undefined)
    effect.bulk = { bytes: bulk.bytes, digest: bulk.digest(), direction: bulk.direction };
  if (error !== undefined) {
    effect.code = error.code;
    effect.error = error.message;
  }
  if (counted !== undefined) addCounted(effect, execution, counted);
  return effect;
}

/** What the server's counters tell; of the statement's own rows only where its tag does not. */
function addCounted(
  effect: Unfinished<Effect>,
  execution: Execution,
  { byTable, granularity }: NonNullable<Execution["counted"]>,
): void {
  effect.byTable = byTable;
  if (granularity !== undefined) effect.granularity = granularity;
  if (effect.rows.affected !== undefined) return;
  effect.source = "statistics";
  const affected = ownRows(execution);
  if (affected !== undefined) effect.rows = { ...effect.rows, affected };
}

function rowsOf({ tag, classified }: Execution, rowsReturned: number): Effect["rows"] {
  const count = tag === undefined ? undefined : countOf(tag);
  if (tag === undefined || count === undefined) return rowsReturned > 0 ? { returned: rowsReturned } : {};
  const verb = tag.slice(0, tag.indexOf(" "));
  const isRead = verb === "FETCH" || verb === "MOVE" || (verb === "SELECT" && !classified.writes);
  // The tag counts the rows of the last Execute only, when a row limit cut them into several.
  if (isRead) return { returned: Math.max(count, rowsReturned) };
  if (verb === "COPY" && classified.copy?.direction === "out") return { returned: count };
  // A SELECT that writes in a CTE reports the rows it returned; what it changed, the server does not say.
  if (verb === "SELECT" && !createsTable(classified.verb)) return { returned: count };
  // RETURNING gives one row for each affected one.
  return rowsReturned > 0
    ? { affected: Math.max(count, rowsReturned), returned: rowsReturned }
    : { affected: count };
}

/** By the counters, in the tables that the statement itself names as those that it writes. */
function ownRows({ action, classified, counted }: Execution): number | undefined {
  if (counted === undefined || counted.granularity === "string" || !classified.writes) return undefined;
  const own = action.operations.filter(({ kind, via }) => via === undefined && CHANGING.has(kind));
  const named = own.flatMap(({ objects }) => objects.filter(({ role }) => role === "write"));
  if (named.length === 0) return undefined;
  const isNamed = (one: { name: string; schema: string }) =>
    named.some(({ name, schema }) => name === one.name && (schema ?? one.schema) === one.schema);
  const rows = counted.byTable.filter(isNamed);
  // The rows of a partitioned table are in others.
  if (rows.length === 0 && counted.byTable.length > 0) return undefined;
  return rows.reduce((sum, { deleted, inserted, updated }) => sum + inserted + updated + deleted, 0);
}

const CHANGING: ReadonlySet<string> = new Set(["delete", "insert", "merge", "update"]);

function createsTable(verb: string): boolean {
  return verb.startsWith("CREATE") || verb === "SELECT INTO";
}

function countOf(tag: string): number | undefined {
  const digits = tag.slice(tag.lastIndexOf(" ") + 1);
  return /^\d+$/.test(digits) ? Number(digits) : undefined;
}
