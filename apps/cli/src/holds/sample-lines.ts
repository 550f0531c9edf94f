import { type ChangedCell, type RowChange, rowChanges, type SampledRows } from "@custody/domain";

/** The rows that a human is shown; nothing in it is escaped yet. */
export function sampleLines({ notes, tables }: SampledRows): string[] {
  return [
    ...tables.flatMap((table) => [
      `changed   ${table.schema}.${table.name}, − as it was, + as it is now, ± both:`,
      ...rowChanges(table).map((change) => `          ${changeText(change)}`),
      ...(["before", "after"] as const).flatMap((half) => {
        const reason = table[half].unread;
        const when = half === "before" ? "as they were" : "as they are";
        return reason === undefined ? [] : [`          ${when}, they could not be read: ${reason}`];
      }),
      ...(table.before.isCut || table.after.isCut ? ["          … there is more"] : []),
    ]),
    ...notes.map((note) => `note      ${note}`),
  ];
}

const SIGNS = { after: "+", before: "−", both: "±" } as const;

function changeText({ cells, key, kind }: RowChange): string {
  const isSame = kind === "both" && cells.length === 0;
  return `${SIGNS[kind]} ${[...key, ...cells].map(cellText).join("  ")}${isSame ? "  changed to the same values" : ""}`;
}

function cellText({ after, before, column }: ChangedCell): string {
  const isChanged = before !== undefined && after !== undefined && before !== after;
  const name = PLAIN_NAME.test(column) ? column : JSON.stringify(column);
  return isChanged
    ? `${name} ${valueText(before)} → ${valueText(after)}`
    : `${name} ${valueText(after === undefined ? before : after)}`;
}

const PLAIN_NAME = /^[\p{L}\p{M}\p{N}_$]+$/u;

/** Quoted, so that a value cannot pretend to be another column; so is a column's name that could pretend to be a value. */
function valueText(value: string | null | undefined): string {
  return value === null || value === undefined ? "NULL" : JSON.stringify(value);
}
