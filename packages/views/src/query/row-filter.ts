import type { RecordFilter } from "@custody/domain";
import { ViewsError } from "../error.ts";
import type { IndexTables } from "../indexing/index-tables.ts";
import type { Context, Shape } from "../row/facets.ts";
import { LEVELS } from "../row/levels.ts";
import { microseconds } from "../row/row-text.ts";

/** Everything in a filter but the words, ready to be compared with columns. */
export interface RowFilter {
  /** 1 for numbers that fit. */
  readonly contexts: Uint8Array;
  readonly shapes: Uint8Array;
  /** Not older than the first, and older than the second. */
  readonly sinceUs: number;
  readonly untilUs: number;
}

/** @throws ViewsError FILTER_INVALID */
export function rowFilter({ contexts, shapes }: IndexTables, filter: RecordFilter): RowFilter {
  return {
    contexts: marks(contexts.values(), contextTest(filter)),
    shapes: marks(shapes.values(), shapeTest(filter)),
    sinceUs: filter.since === undefined ? Number.NEGATIVE_INFINITY : timeOf("since", filter.since),
    untilUs: filter.until === undefined ? Number.POSITIVE_INFINITY : timeOf("until", filter.until),
  };
}

function contextTest({
  agent,
  human,
  project,
  session,
  target,
}: RecordFilter): (context: Context) => boolean {
  return (context) =>
    (session === undefined || context.session === session) &&
    (agent === undefined || context.agent === agent) &&
    (human === undefined || context.human === human) &&
    (target === undefined || context.target === target) &&
    (project === undefined || context.project === project);
}

function shapeTest({ level, table, tier, type }: RecordFilter): (shape: Shape) => boolean {
  const isType = type === undefined ? undefined : typeTest(type);
  const lowest = level === undefined ? 0 : LEVELS.indexOf(level);
  if (lowest === -1)
    throw new ViewsError("FILTER_INVALID", `${level} is no level: give one of ${LEVELS.join(", ")}`);
  return (shape) =>
    (tier === undefined || shape.tier === tier) &&
    LEVELS.indexOf(shape.level) >= lowest &&
    (table === undefined || shape.tables.includes(table) || shape.names.includes(table)) &&
    (isType === undefined || isType(shape.type));
}

/** `db.statement` is everything that begins so, word by word; with a star it is a pattern: `db.*.denied`. */
export function typeTest(text: string): (type: string) => boolean {
  if (!/^[a-z0-9.*-]{1,64}$/.test(text))
    throw new ViewsError("FILTER_INVALID", `${JSON.stringify(text.slice(0, 64))} is no record type`);
  if (!text.includes("*")) return (type) => type === text || type.startsWith(`${text}.`);
  const parts = text.split("*");
  return (type) => matchesParts(type, parts);
}

/** Takes each part where it first occurs. A regular expression with many stars would try every way there is. */
function matchesParts(type: string, parts: readonly string[]): boolean {
  const [first = "", ...middle] = parts;
  const last = middle.pop() ?? "";
  if (!type.startsWith(first)) return false;
  let at = first.length;
  for (const part of middle) {
    const found = type.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= type.length - last.length && type.endsWith(last);
}

function marks<Value>(values: readonly Value[], test: (value: Value) => boolean): Uint8Array {
  const found = new Uint8Array(values.length);
  for (let at = 0; at < values.length; at += 1) if (test(values[at] as Value)) found[at] = 1;
  return found;
}

function timeOf(name: string, text: string): number {
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(Date.parse(text)))
    throw new ViewsError(
      "FILTER_INVALID",
      `${name}: ${JSON.stringify(text.slice(0, 64))} is no time: give RFC 3339`,
    );
  return microseconds(text);
}
