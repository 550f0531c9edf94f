import type { SimulatedRows } from "@custody/domain";
import { pagePlural, pageText, reveal } from "@custody/messages";
import type { ShownHold } from "./hold.ts";

/** What it would do, in one line that is read first. Nothing that an agent wrote is unescaped in it. */
export function headlineOf({ impact, statements }: ShownHold): string {
  const verb = [...new Set(statements.map((one) => reveal(one.verb).text))].join("; ");
  // What cannot be tried may still be known by what it would take.
  if (impact === undefined || (impact.outcome !== "simulated" && impact.byTable.length === 0))
    return pageText("holds.does.unknown", { verb });
  const { byTable, dropped } = impact;
  const changes = changesOf(byTable);
  const taken = dropped.filter((what) => what.startsWith("table "));
  if (changes.length > 0) {
    const object = byTable.length === 1 ? nameOf(byTable[0]) : pagePlural("holds.tables", byTable.length);
    const said = changes.join(pageText("holds.changes.and"));
    return pageText("holds.does.changes", { changes: said, object, verb });
  }
  if (dropped.length === 0) return pageText("holds.does.nothing", { verb });
  const [only] = taken.length > 0 ? taken : dropped;
  const object =
    Math.max(taken.length, 1) === 1 && only !== undefined
      ? reveal(only).text
      : pagePlural("holds.objects", dropped.length);
  return pageText("holds.does.drops", { object, verb });
}

/** All tables together, what is lost first. */
function changesOf(byTable: readonly SimulatedRows[]): string[] {
  const total = (count: (table: SimulatedRows) => number): number =>
    byTable.reduce((sum, table) => sum + count(table), 0);
  const rows = (count: number): string => pagePlural("holds.rows", count);
  const removed = total(({ deleted, removed }) => deleted + (removed ?? 0));
  const isUnsure = byTable.some((table) => table.removed === null);
  const updated = total((table) => table.updated);
  const inserted = total((table) => table.inserted);
  const lost = isUnsure ? pageText("holds.changes.some") : rows(removed);
  return [
    ...(removed > 0 || isUnsure ? [pageText("holds.changes.removed", { rows: lost })] : []),
    ...(updated > 0 ? [pageText("holds.changes.updated", { rows: rows(updated) })] : []),
    ...(inserted > 0 ? [pageText("holds.changes.inserted", { rows: rows(inserted) })] : []),
  ];
}

function nameOf(table: SimulatedRows | undefined): string {
  return table === undefined ? "" : reveal(`${table.schema}.${table.name}`).text;
}
