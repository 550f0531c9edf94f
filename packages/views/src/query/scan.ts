import { CHUNK_ROWS, type Chunk, FORGOTTEN, LATEST } from "../columns/chunk.ts";
import type { Columns } from "../columns/columns.ts";
import type { RowFilter } from "./row-filter.ts";

/** Which rows a list shows: the newest of each action, or all. */
export type View = "actions" | "records";

/** At most `limit` rows below `before` that fit, newest first. */
export function scanDown(
  columns: Columns,
  filter: RowFilter,
  view: View,
  before: number,
  limit: number,
): number[] {
  const found: number[] = [];
  const flag = view === "actions" ? LATEST : 0;
  for (let end = Math.min(before, columns.size); end > 0 && found.length < limit; ) {
    const number = Math.floor((end - 1) / CHUNK_ROWS);
    const start = number * CHUNK_ROWS;
    const chunk = columns.chunks[number] as Chunk;
    if (mayFit(chunk, filter)) {
      for (let at = end - start - 1; at >= 0 && found.length < limit; at -= 1)
        if (fits(chunk, at, filter, flag)) found.push(start + at);
    }
    end = start;
  }
  return found;
}

/** At most `limit` rows behind `index` that fit, oldest first. */
export function scanUp(
  columns: Columns,
  filter: RowFilter,
  view: View,
  index: number,
  limit: number,
): number[] {
  const found: number[] = [];
  const flag = view === "actions" ? LATEST : 0;
  for (let from = Math.max(index + 1, 0); from < columns.size && found.length < limit; ) {
    const number = Math.floor(from / CHUNK_ROWS);
    const start = number * CHUNK_ROWS;
    const chunk = columns.chunks[number] as Chunk;
    if (mayFit(chunk, filter)) {
      for (let at = from - start; at < chunk.count && found.length < limit; at += 1)
        if (fits(chunk, at, filter, flag)) found.push(start + at);
    }
    from = start + CHUNK_ROWS;
  }
  return found;
}

/** A range of rows: from the first up to, but without, the second. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** So many chunks between two spans are not worth another question. */
const GAP_CHUNKS = 16;

/** Where the rows that fit may stand, newest first. Clocks are set now and then, so times need not be in one piece. */
export function spansOf({ chunks, size }: Columns, filter: RowFilter): readonly Span[] {
  if (!filter.contexts.includes(1) || !filter.shapes.includes(1)) return [];
  const spans: { first: number; end: number }[] = [];
  for (let number = chunks.length - 1; number >= 0; number -= 1) {
    if (!mayFit(chunks[number] as Chunk, filter)) continue;
    const first = number * CHUNK_ROWS;
    const last = spans.at(-1);
    if (last !== undefined && last.first - first <= GAP_CHUNKS * CHUNK_ROWS) last.first = first;
    else spans.push({ end: Math.min(first + CHUNK_ROWS, size), first });
  }
  return spans;
}

/** Whether one row fits. */
export function rowFits(columns: Columns, index: number, filter: RowFilter, view: View): boolean {
  return fits(columns.chunk(index), index % CHUNK_ROWS, filter, view === "actions" ? LATEST : 0);
}

function mayFit({ highestUs, lowestUs }: Chunk, { sinceUs, untilUs }: RowFilter): boolean {
  return highestUs >= sinceUs && lowestUs < untilUs;
}

function fits(chunk: Chunk, at: number, filter: RowFilter, flag: number): boolean {
  const timeUs = chunk.times[at] as number;
  return (
    ((chunk.flags[at] as number) & (flag | FORGOTTEN)) === flag &&
    filter.shapes[chunk.shapes[at] as number] === 1 &&
    filter.contexts[chunk.contexts[at] as number] === 1 &&
    timeUs >= filter.sinceUs &&
    timeUs < filter.untilUs
  );
}
