import type { CostKey, CostLine, CostPage, RecordFilter } from "@custody/domain";
import { ViewsError } from "../error.ts";
import type { IndexTables } from "../indexing/index-tables.ts";
import type { Context, Shape } from "../row/facets.ts";
import { addUsage, emptySum, type Sum } from "./cost-sums.ts";
import { rowFilter } from "./row-filter.ts";
import { rowFits } from "./scan.ts";

export interface CostQuery {
  readonly by: CostKey;
  readonly filter: Pick<RecordFilter, "agent" | "human" | "project" | "session" | "since" | "until">;
  readonly limit: number;
  /** What `next` of the page before says. */
  readonly after?: string | undefined;
}

/**
 * What models cost, added up from what each answer took.
 *
 * @throws ViewsError FILTER_INVALID
 */
export function costPage(tables: IndexTables, { after, by, filter, limit }: CostQuery): CostPage {
  const { columns, usages } = tables;
  const fits = rowFilter(tables, filter);
  const keyOf = keysBy(tables, by);
  const place = after === undefined ? undefined : placeIn(after);
  const total = emptySum();
  const sums = new Map<string, Sum>();
  for (const usage of usages.all()) {
    if (!rowFits(columns, usage.row, fits, "records")) continue;
    const key = keyOf(usage.row);
    const sum = sums.get(key) ?? emptySum();
    sums.set(key, sum);
    addUsage(sum, usage);
    addUsage(total, usage);
  }
  const lines = [...sums]
    .map(([key, sum]): CostLine => ({ key, ...sum }))
    .sort(inOrder)
    .filter((line) => place === undefined || inOrder(line, place) > 0);
  const shown = lines.slice(0, limit);
  const last = shown.at(-1);
  return { lines: shown, next: lines.length > limit && last !== undefined ? nextOf(last) : null, total };
}

type Place = Pick<CostLine, "costMicros" | "key">;

/** The dearest first; what costs the same by its name. */
function inOrder(a: Place, b: Place): number {
  return b.costMicros - a.costMicros || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

function nextOf({ costMicros, key }: Place): string {
  return `${costMicros}:${key}`;
}

function placeIn(text: string): Place {
  const [, costMicros, key] = /^(\d{1,16}):(.*)$/s.exec(text) ?? [];
  if (costMicros === undefined || key === undefined)
    throw new ViewsError("FILTER_INVALID", "after: this is not the next page of any costs");
  return { costMicros: Number(costMicros), key };
}

/** Many rows share a context and a shape, so what follows from those is worked out once for each. */
function keysBy({ columns, contexts, shapes }: IndexTables, by: CostKey): (row: number) => string {
  switch (by) {
    case "day":
      return (row) => new Date(columns.timeUs(row) / 1000).toISOString().slice(0, "2026-11-28".length);
    case "model": {
      const names = shapes.values().map(modelName);
      return (row) => names[columns.shape(row)] as string;
    }
    default: {
      const names = contexts.values().map((context) => contextName(context, by));
      return (row) => names[columns.context(row)] as string;
    }
  }
}

function modelName({ model = "", provider = "" }: Shape): string {
  return `${provider}/${model}`;
}

function contextName(context: Context, by: Exclude<CostKey, "day" | "model">): string {
  const { agent, human, project, session } = context;
  return { agent, person: human, project, session }[by] ?? "";
}
