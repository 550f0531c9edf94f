import type { Node, RawStmt } from "libpg-query";
import { CaptureError } from "../../error.ts";
import { addOperation } from "./draft.ts";
import { parse } from "./parser.ts";
import type { Place } from "./place.ts";
import { as, textOf } from "./tree.ts";

/** A text that holds a text that holds a text: nobody means that, and each level is parsed anew. */
const DEPTH_MAX = 3;

/** How deep the text is that is being read. Reading never waits, so one count serves all. */
let depth = 0;

/**
 * Visits the SQL that a function will run, as far as it is written: a literal is read as the query that it is. What
 * is computed, or named by a cursor, is of kind `unknown`, which policy refuses.
 */
export function runText(name: string, args: readonly Node[], place: Place): void {
  // The form of ts_rewrite with three arguments takes queries of text search, and no SQL.
  if (name === "ts_rewrite" && args.length === 3) return;
  const queries = name.startsWith("cursor_") || depth === DEPTH_MAX ? undefined : queriesIn(name, args);
  if (queries === undefined) {
    const verb = `SQL TEXT OF ${name.toUpperCase()}`;
    addOperation(place.draft, { kind: "unknown", tier: "destructive", verb });
    return;
  }
  depth += 1;
  try {
    for (const query of queries) {
      place.visit(query, { ...place, operation: undefined, scope: new Set<string>() });
    }
  } finally {
    depth -= 1;
  }
}

/** The queries that the arguments hold; undefined when that cannot be told, or when they are anything but queries. */
function queriesIn(name: string, args: readonly Node[]): Node[] | undefined {
  const queries: Node[] = [];
  for (const argument of sqlArguments(name, args)) {
    const text = literalOf(argument);
    const statements = text === undefined ? undefined : statementsOf(text);
    if (statements === undefined) return undefined;
    for (const { stmt } of statements) {
      if (stmt === undefined || !("SelectStmt" in stmt)) return undefined;
      queries.push(stmt);
    }
  }
  return queries;
}

function statementsOf(text: string): readonly RawStmt[] | undefined {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof CaptureError) return undefined;
    throw error;
  }
}

/** The second argument of crosstab is a query too, or a number that means nothing any more. */
function sqlArguments(name: string, args: readonly Node[]): readonly (Node | undefined)[] {
  const [first, second] = args;
  if (name === "ts_rewrite") return [second];
  const isNumber = as(second, "A_Const")?.ival !== undefined;
  return name === "crosstab" && second !== undefined && !isNumber ? [first, second] : [first];
}

/** The text of a literal, also when a cast follows it. */
function literalOf(node: Node | undefined): string | undefined {
  return textOf(node) ?? textOf(as(node, "TypeCast")?.arg);
}
