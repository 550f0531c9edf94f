import type { RangeVar } from "libpg-query";
import type { Draft, DraftOperation } from "./draft.ts";
import { type Place, type Visitor, visitRelation } from "./place.ts";
import { isObject, type NodeName } from "./tree.ts";
import { expressionVisitors } from "./visit-expressions.ts";
import { queryVisitors } from "./visit-queries.ts";

const visitors: { readonly [Name in NodeName]?: Visitor } = { ...queryVisitors, ...expressionVisitors };

/**
 * Visits whatever is below `value`: what has a visitor goes there, all else is searched, key by key.
 *
 * Nothing is skipped for being unfamiliar: a node of a kind that this code has never heard of is still searched
 * for tables, functions and writing statements.
 */
export function visit(value: unknown, place: Place): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, place);
  } else if (isObject(value)) {
    // Only a RangeVar has a relname; where the grammar fixes a field's type, the JSON omits the node's name.
    if (typeof value["relname"] === "string") visitRelation(value as RangeVar, place);
    else for (const key in value) (visitors[key as NodeName] ?? visit)(value[key], place);
  }
}

const noNames: ReadonlySet<string> = new Set();

/** The place at the top of a statement, or of a part of it that belongs to `operation`. */
export function startAt(draft: Draft, operation?: DraftOperation, mode: Place["mode"] = "run"): Place {
  return { draft, mode, operation, scope: noNames, visit };
}
