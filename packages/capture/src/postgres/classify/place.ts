import type { TouchedObject } from "@custody/domain";
import type { RangeVar } from "libpg-query";
import { fileFunctionOf } from "./catalogue-relations.ts";
import { addOperation, type Draft, type DraftOperation, touch } from "./draft.ts";
import { addCall } from "./function-calls.ts";

/** Names, and those of whatever is around. */
type Scope = Pick<ReadonlySet<string>, "has">;

/**
 * Where the visitor stands in the tree.
 *
 * `mode` says what becomes of what it finds: `run` — it happens now; `plan` — EXPLAIN: tables are looked at,
 * nothing is written; `store` — kept for later (a rule, a view): its tables are named, its functions not called.
 */
export interface Place {
  readonly draft: Draft;
  readonly mode: "run" | "plan" | "store";
  /** Found objects belong to this operation; undefined only above the outermost query. */
  readonly operation: DraftOperation | undefined;
  /** The names of common table expressions that are visible here. */
  readonly scope: Scope;
  /** Goes on with whatever is below. */
  readonly visit: Visitor;
}

export type Visitor = (contents: unknown, place: Place) => void;

/** Notes a table as written. EXPLAIN looks at what its statement would write. */
export function touchRelation(
  place: Place,
  operation: DraftOperation,
  relation: RangeVar | undefined,
  role: TouchedObject["role"],
): void {
  if (relation?.relname === undefined) return;
  touch(operation, {
    database: relation.catalogname ?? place.draft.database,
    name: relation.relname,
    role: place.mode === "plan" ? "read" : role,
    schema: relation.schemaname,
  });
}

/** A table in a place that reads. An unqualified name may be that of a common table expression, which wins. */
export function visitRelation(relation: RangeVar, place: Place): void {
  const isQualified = relation.schemaname !== undefined || relation.catalogname !== undefined;
  if (!isQualified && place.scope.has(relation.relname ?? "")) return;
  touchRelation(place, operationAt(place), relation, "read");
  const name = fileFunctionOf(relation.schemaname, relation.relname ?? "");
  if (name !== undefined && place.mode !== "plan")
    addCall(place.draft, { name, schema: undefined, tier: "admin" });
}

/** The grammar has no table outside an operation; should it ever, nobody knows what happens to it. */
function operationAt(place: Place): DraftOperation {
  return (
    place.operation ??
    place.draft.operations[0] ??
    addOperation(place.draft, { kind: "unknown", tier: "destructive", verb: "UNKNOWN" })
  );
}
