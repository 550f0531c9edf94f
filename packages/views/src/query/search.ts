import type { RecordFilter } from "@custody/domain";
import { BATCH_MAX } from "../indexing/batch.ts";
import type { IndexTables } from "../indexing/index-tables.ts";
import { LEVELS } from "../row/levels.ts";
import { type FacetKind, facetToken } from "../search/facet-tokens.ts";
import { wordsOf } from "../search/words.ts";
import { type RowFilter, typeTest } from "./row-filter.ts";
import { rowFits, spansOf, type View } from "./scan.ts";

/** How many documents are asked for first; four times as many each time that they were not enough. */
const DOCUMENTS = 256;
const DOCUMENTS_MAX = 65_536;

/** How many rows are gone through at a time, while going up. */
const ROWS_UP = 16_384;

/** More words than a person types only make a search slow. */
const WORDS_MAX = 32;

/**
 * An expression of FTS5 that finds every row that fits, and perhaps others: the words, and tokens for those parts of
 * the filter that have them. Words hold no character that means anything there, and are quoted besides. Undefined when
 * the search has no words.
 */
export function matchExpression({ shapes }: IndexTables, filter: RecordFilter): string | undefined {
  const words = wordsOf(filter.search ?? "").slice(0, WORDS_MAX);
  if (words.length === 0) return undefined;
  const { agent, level, project, session, table, target, tier, type } = filter;
  const single: [FacetKind, string | undefined][] = [
    ["agent", agent],
    ["project", project],
    ["session", session],
    ["table", table],
    ["target", target],
    ["tier", tier],
  ];
  const tokens = single.flatMap(([kind, value]) => (value === undefined ? [] : [[facetToken(kind, value)]]));
  if (level !== undefined && level !== "debug")
    tokens.push(LEVELS.slice(LEVELS.indexOf(level)).map((each) => facetToken("level", each)));
  if (type !== undefined) {
    const isType = typeTest(type);
    const types = new Set(shapes.values().flatMap((shape) => (isType(shape.type) ? [shape.type] : [])));
    tokens.push([...types].map((each) => facetToken("type", each)));
  }
  const groups = tokens.filter((each) => each.length > 0).map((each) => `(${each.map(quoted).join(" OR ")})`);
  return [...words.map(quoted), ...groups].join(" AND ");
}

/**
 * At most `limit` rows below `before`, newest first. A document is the last of the rows that share its words, and they
 * stand at most a batch before it; so once documents have come down to some place, nothing above it is still missing.
 */
export function searchDown(
  tables: IndexTables,
  match: string,
  filter: RowFilter,
  view: View,
  before: number,
  limit: number,
): number[] {
  const { columns, file } = tables;
  let found: number[] = [];
  for (const span of spansOf(columns, filter)) {
    const end = Math.min(before, span.end);
    const part: number[] = [];
    let highest = Math.min(end + BATCH_MAX, columns.size) - 1;
    for (let count = DOCUMENTS; highest >= span.first; count = Math.min(count * 4, DOCUMENTS_MAX)) {
      if (end <= span.first) break;
      const documents = file.parts.documents(match, span.first, highest, count);
      for (const document of documents)
        for (const row of columns.rowsOfDocument(document))
          if (row >= span.first && row < end && rowFits(columns, row, filter, view)) part.push(row);
      highest = documents.length < count ? -1 : (documents.at(-1) as number) - 1;
      if (isSettled(part, limit - found.length, highest)) break;
    }
    // In order within a span, and spans are in order.
    found = found.concat(part.sort((a, b) => b - a));
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

/** Whether the `limit` newest cannot change by rows at or below `highest`. */
function isSettled(found: readonly number[], limit: number, highest: number): boolean {
  let count = 0;
  for (const row of found) if (row > highest) count += 1;
  return count >= limit;
}

/** At most `limit` rows behind `index`, oldest first. */
export function searchUp(
  tables: IndexTables,
  match: string,
  filter: RowFilter,
  view: View,
  index: number,
  limit: number,
): number[] {
  const { columns, file } = tables;
  const found: number[] = [];
  for (const span of [...spansOf(columns, filter)].reverse()) {
    for (
      let from = Math.max(index + 1, span.first);
      from < span.end && found.length < limit;
      from += ROWS_UP
    ) {
      const to = Math.min(from + ROWS_UP, span.end);
      const rows = file.parts
        .documents(match, from, to + BATCH_MAX, ROWS_UP + BATCH_MAX)
        .flatMap((document) => [...columns.rowsOfDocument(document)])
        .filter((row) => row >= from && row < to && rowFits(columns, row, filter, view));
      found.push(...rows.sort((a, b) => a - b));
    }
  }
  return found.slice(0, limit);
}

function quoted(word: string): string {
  return `"${word}"`;
}
