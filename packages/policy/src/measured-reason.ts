import type { Decision, TableRows } from "@custody/domain";
import { rowsOf, totalRows } from "./expression/facts.ts";

/** A refusal is read by people, and stands in a record. */
const TABLES_MAX = 5;

/** What is not let last says what it would have changed, so that nobody has to guess which limit was meant. */
export function withRows(decision: Decision, byTable: readonly TableRows[]): Decision {
  if (decision.effect === "allow") return decision;
  // Clients are shown the first reason alone.
  const [first = "", ...others] = decision.reasons;
  const reasons = Object.freeze([`${first}; ${rowsReason(byTable)}`, ...others]);
  return Object.freeze({ ...decision, reasons });
}

function rowsReason(byTable: readonly TableRows[]): string {
  const changed = byTable.filter((table) => rowsOf(table) > 0).sort((one, two) => rowsOf(two) - rowsOf(one));
  const tables = changed
    .slice(0, TABLES_MAX)
    .map((table) => `${rowsOf(table)} of ${table.schema}.${table.name}`);
  const left = changed.length - tables.length;
  const list = left > 0 ? [...tables, `and those of ${left} more tables`] : tables;
  return [`it changes ${totalRows(byTable)} rows`, ...(list.length > 0 ? [list.join(", ")] : [])].join(": ");
}
