import type { Effect } from "@custody/domain";
import type { Execution, FinalStatus } from "./execution.ts";
import type { Unfinished } from "./unfinished.ts";

/**
 * What a command tag says about rows (https://www.postgresql.org/docs/current/protocol-message-formats.html,
 * CommandComplete). `INSERT`, `UPDATE`, `DELETE` and `MERGE` count affected rows, `COPY` copied ones, `SELECT`,
 * `FETCH` and `MOVE` returned ones; `SELECT` of CREATE TABLE AS counts rows written.
 */
export function effectOf(execution: Execution, status: FinalStatus): Effect {
  const { tag, error, bulk, rowsReturned, rowBytes } = execution;
  const effect: Unfinished<Effect> = {
    bytes: rowBytes,
    rows: rowsOf(execution, rowsReturned),
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
  return effect;
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

function createsTable(verb: string): boolean {
  return verb.startsWith("CREATE") || verb === "SELECT INTO";
}

function countOf(tag: string): number | undefined {
  const digits = tag.slice(tag.lastIndexOf(" ") + 1);
  return /^\d+$/.test(digits) ? Number(digits) : undefined;
}
