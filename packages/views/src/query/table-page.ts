import type { TablePage, TableTotal } from "@custody/domain";

export interface TableQuery {
  readonly target?: string;
  /** A part of the table's name. */
  readonly search?: string;
  readonly limit: number;
  /** What `next` of the page before says. */
  readonly after?: string;
}

export function tablePage(
  all: readonly TableTotal[],
  { after, limit, search, target }: TableQuery,
): TablePage {
  const part = search?.toLowerCase();
  const fitting = all
    .filter((each) => target === undefined || each.target === target)
    .filter((each) => part === undefined || each.table.toLowerCase().includes(part))
    .map((each) => ({ each, place: placeOf(each) }))
    .filter(({ place }) => after === undefined || place > after)
    .sort((a, b) => (a.place < b.place ? -1 : 1));
  const shown = fitting.slice(0, limit);
  const next = fitting.length > limit ? (shown.at(-1)?.place ?? null) : null;
  return { next, tables: shown.map(({ each }) => ({ ...each })) };
}

function placeOf({ table, target }: TableTotal): string {
  return `${target}/${table}`;
}
