import type { RowSample } from "@custody/domain";
import type { SimulationAnswer, TableChange } from "@custody/gateway";
import { countsText, objectText } from "@custody/gateway/words";
import { allChangedRows, isCounted, tableName } from "./simulation-note.ts";

type Simulated = Extract<SimulationAnswer, { outcome: "simulated" }>;

/** A value is shortened on a screen; `--json` has more of it. */
const VALUE_LENGTH_MAX = 40;

/** The answer for people; nothing in it is escaped yet. */
export function simulationLines(target: string, answer: SimulationAnswer): string[] {
  if (answer.outcome === "not-simulatable") return [`not simulatable (${answer.code}): ${answer.reason}`];
  if (answer.outcome === "failed") {
    const { code, detail, message, sideEffects, why } = answer;
    return [
      `${whys[why]} (${code}): ${message}`,
      ...(detail === undefined ? [] : [`detail    ${detail}`]),
      ...sideEffects.map(({ text }) => `stays     ${text}`),
    ];
  }
  return [
    `simulated on ${target} and rolled back: ${summary(answer)}`,
    ...answer.commands.map(({ rowsReturned, tag }) => `command   ${tag}${returned(rowsReturned)}`),
    ...tableLines(answer.tables),
    ...answer.dropped.map((object) => `dropped   ${objectText(object)}`),
    ...answer.created.map((object) => `created   ${objectText(object)}`),
    ...answer.sideEffects.map(({ text }) => `stays     ${text}`),
    ...answer.notes.map((note) => `note      ${note}`),
    ...answer.tables.flatMap(rowLines),
  ];
}

const whys = {
  error: "it would fail",
  lock: "not simulated: somebody else holds a lock that it needs; try again later",
  timeout: "not simulated: it did not end in time; allow more with --timeout",
} as const;

function summary({ tables }: Simulated): string {
  if (tables.length === 0) return "no row would change";
  const rows = allChangedRows(tables);
  const rowCount = `${isCounted(tables) ? "" : "at least "}${rows === 1 ? "1 row" : `${rows} rows`}`;
  const tableCount = tables.length === 1 ? "1 table" : `${tables.length} tables`;
  return `${rowCount} of ${tableCount} would change`;
}

function returned(rows: number): string {
  return rows === 0 ? "" : `, ${rows} rows returned`;
}

function tableLines(tables: readonly TableChange[]): string[] {
  const width = Math.max(0, ...tables.map((table) => tableName(table).length));
  return tables.map((table) => {
    const above = table.partitionOf === undefined ? "" : `, a partition of ${table.partitionOf}`;
    return `table     ${tableName(table).padEnd(width)}  ${countsText(table)}${above}`;
  });
}

function rowLines(table: TableChange): string[] {
  return [
    ...sampleLines(`${tableName(table)} as it is:`, table.before),
    ...sampleLines(`${tableName(table)} as it would be:`, table.after),
  ];
}

function sampleLines(title: string, { columns, isCut, rows, unread }: RowSample): string[] {
  if (unread !== undefined) return ["", title, `  its rows cannot be shown: ${unread}`];
  if (rows.length === 0) return [];
  const cells = [columns, ...rows].map((row) => row.map(cellText));
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return [
    "",
    title,
    ...cells.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}`.trimEnd()),
    ...(isCut ? ["  … there is more"] : []),
  ];
}

function cellText(value: string | null): string {
  if (value === null) return "NULL";
  const line = value.replaceAll("\n", "\\n");
  return line.length > VALUE_LENGTH_MAX ? `${line.slice(0, VALUE_LENGTH_MAX - 1)}…` : line;
}
