import type { SimulatedRows, Simulation } from "@custody/domain";
import type { DefinedObject, SimulationAnswer, TableChange } from "./answer.ts";

/** A record is a summary: names and numbers, and no rows. */
export const LISTED_MAX = 200;
const TEXT_LENGTH_MAX = 400;

/** An answer as it stands in a record. */
export function simulationOf(answer: SimulationAnswer, method: Simulation["method"]): Simulation {
  const nothing = { byTable: [], commands: [], created: [], dropped: [], notes: [], sideEffects: [] };
  switch (answer.outcome) {
    case "not-simulatable":
      return { ...nothing, code: answer.code, method, outcome: answer.outcome, reason: cut(answer.reason) };
    case "failed":
      return {
        ...nothing,
        code: answer.code,
        method,
        outcome: answer.outcome,
        reason: cut(answer.message),
        sideEffects: listed(answer.sideEffects.map(({ text }) => text)),
      };
    case "simulated":
      return {
        byTable: answer.tables.slice(0, LISTED_MAX).map(rowsOf),
        commands: listed(answer.commands.map(({ tag }) => tag)),
        created: listed(answer.created.map(objectText)),
        dropped: listed(answer.dropped.map(objectText)),
        method,
        notes: listed(
          answer.tables.length > LISTED_MAX
            ? [...answer.notes, `${answer.tables.length - LISTED_MAX} more tables would change`]
            : answer.notes,
        ),
        outcome: answer.outcome,
        sideEffects: listed(answer.sideEffects.map(({ text }) => text)),
      };
  }
}

function rowsOf({
  deleted,
  inserted,
  isDropped,
  name,
  removed,
  schema,
  updated,
}: TableChange): SimulatedRows {
  return {
    deleted,
    inserted,
    ...(isDropped ? { isDropped } : undefined),
    name,
    removed,
    schema,
    updated,
  };
}

export function objectText({ kind, name, schema }: DefinedObject): string {
  return schema === null ? `${kind} ${name}` : `${kind} ${schema}.${name}`;
}

/** The note about a table that keeps its rows, in another file. */
export function writtenAnew(table: string): string {
  return `all rows of ${table} are written anew`;
}

/** `3 inserted, 10 deleted`; what is dropped or truncated says so. */
export function countsText({
  deleted,
  inserted,
  isDropped,
  removed,
  updated,
}: Pick<TableChange, "deleted" | "inserted" | "removed" | "updated"> & {
  readonly isDropped?: boolean;
}): string {
  const lost = isDropped ? "dropped with the table" : "removed as a whole";
  const parts = [
    ...(inserted > 0 ? [`${inserted} inserted`] : []),
    ...(updated > 0 ? [`${updated} updated`] : []),
    ...(deleted > 0 ? [`${deleted} deleted`] : []),
    ...(removed === null
      ? [`an unknown number ${lost}`]
      : removed > 0 || isDropped
        ? [`${removed} ${lost}`]
        : []),
  ];
  return parts.length === 0 ? "emptied, and was empty" : parts.join(", ");
}

/** What it would have come to, in one sentence without its full stop. */
export function simulationText({ byTable, outcome, reason }: Simulation): string {
  if (outcome === "not-simulatable") return `it cannot be simulated: ${reason}`;
  if (outcome === "failed") return `it would have failed: ${reason}`;
  if (byTable.length === 0) return "no row would have changed";
  const tables = byTable.map((rows) => `${rows.schema}.${rows.name}: ${countsText(rows)}`);
  return `it would have changed ${tables.join("; ")}`;
}

/** As much of a list as a record has of it. */
export function listed(texts: readonly string[]): string[] {
  const shown = texts.slice(0, LISTED_MAX).map(cut);
  return texts.length > LISTED_MAX ? [...shown, `and ${texts.length - LISTED_MAX} more`] : shown;
}

function cut(text: string): string {
  return text.slice(0, TEXT_LENGTH_MAX);
}
