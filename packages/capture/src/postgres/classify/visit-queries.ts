import type { Node, WithClause } from "libpg-query";
import { addOperation, type DraftOperation } from "./draft.ts";
import { type Place, touchRelation, type Visitor } from "./place.ts";
import { tellsRowsApart } from "./predicate.ts";
import { changeSetting } from "./settings.ts";
import { as, type NodeName, type NodeOf } from "./tree.ts";

type SelectStmt = NodeOf<"SelectStmt">;

/** The five statements that can stand inside one another, each with its own operation unless it only reads. */
export const queryVisitors: { readonly [Name in NodeName]?: Visitor } = {
  SelectStmt: (contents, place) => visitSelect(contents as SelectStmt, place),
  InsertStmt: (contents, place) => visitInsert(contents as NodeOf<"InsertStmt">, place),
  UpdateStmt: (contents, place) => visitUpdate(contents as NodeOf<"UpdateStmt">, place),
  DeleteStmt: (contents, place) => visitDelete(contents as NodeOf<"DeleteStmt">, place),
  MergeStmt: (contents, place) => visitMerge(contents as NodeOf<"MergeStmt">, place),
};

/** A SELECT inside another statement adds its tables to that one's operation. */
function visitSelect(select: SelectStmt, place: Place): void {
  const operation =
    place.operation ??
    addOperation(place.draft, {
      ...(findInto(select) === undefined
        ? { kind: "read", tier: "read", verb: "SELECT" }
        : { kind: "define", tier: "write", verb: "SELECT INTO" }),
    });
  const inner = visitWith(select.withClause, { ...place, operation });
  touchRelation(inner, operation, select.intoClause?.rel, "define");
  // The names in a FOR UPDATE clause are aliases of tables that FROM has named; they are not tables.
  const { intoClause, larg, lockingClause, rarg, withClause, ...rest } = select;
  if (larg !== undefined) visitSelect(larg, inner);
  if (rarg !== undefined) visitSelect(rarg, inner);
  inner.visit(rest, inner);
}

/** `SELECT … INTO t … UNION …` hangs its INTO on the leftmost branch. */
function findInto(select: SelectStmt): SelectStmt["intoClause"] {
  let branch = select;
  while (branch.larg !== undefined) branch = branch.larg;
  return branch.intoClause;
}

/**
 * Visits the common table expressions, and returns the place in which their names are known.
 *
 * Each sees those before it; with RECURSIVE it sees all of them, itself included. An INSERT, UPDATE, DELETE or
 * MERGE among them is an operation of its own.
 */
function visitWith(clause: WithClause | undefined, place: Place): Place {
  if (clause?.ctes === undefined) return place;
  const expressions = clause.ctes.map((node) => as(node, "CommonTableExpr") ?? {});
  // One set that grows, for thousands of expressions: each is visited when only those before it are in there.
  const names = new Set<string>();
  const inner = { ...place, scope: { has: (name: string) => names.has(name) || place.scope.has(name) } };
  if (clause.recursive) for (const { ctename } of expressions) if (ctename !== undefined) names.add(ctename);
  for (const { ctename, ctequery, ...rest } of expressions) {
    inner.visit(ctequery, inner);
    inner.visit(rest, inner);
    if (ctename !== undefined) names.add(ctename);
  }
  return inner;
}

/** Opens the operation of a writing statement. Nothing is written by a plan, nor by what is kept for later. */
function openWrite(
  place: Place,
  given: Pick<DraftOperation, "kind" | "tier" | "verb" | "unbounded">,
): DraftOperation {
  if (place.mode === "run" || place.operation === undefined) return addOperation(place.draft, given);
  return place.operation;
}

function visitInsert(insert: NodeOf<"InsertStmt">, place: Place): void {
  const operation = openWrite(place, { kind: "insert", tier: "write", verb: "INSERT", unbounded: false });
  const { onConflictClause, relation, withClause, ...rest } = insert;
  // The target is always a real table, even when a common table expression has the same name.
  touchRelation(place, operation, relation, "write");
  if (onConflictClause?.action === "ONCONFLICT_UPDATE" && place.mode === "run") {
    const update = addOperation(place.draft, { kind: "update", tier: "write", verb: "ON CONFLICT UPDATE" });
    touchRelation(place, update, relation, "write");
  }
  const inner = visitWith(withClause, { ...place, operation });
  inner.visit(rest, inner);
  inner.visit(onConflictClause, inner);
}

function visitUpdate(update: NodeOf<"UpdateStmt">, place: Place): void {
  const { relation, withClause, ...rest } = update;
  const unbounded = !tellsRowsApart(update.whereClause, relation);
  const tier = unbounded ? "destructive" : "write";
  const operation = openWrite(place, { kind: "update", tier, verb: "UPDATE", unbounded });
  touchRelation(place, operation, relation, "write");
  // A rule of that view turns its rows into calls of set_config, of settings that only the predicate tells.
  if (relation?.relname === "pg_settings" && place.mode === "run")
    changeSetting(place.draft, undefined, undefined);
  const inner = visitWith(withClause, { ...place, operation });
  inner.visit(rest, inner);
}

function visitDelete(remove: NodeOf<"DeleteStmt">, place: Place): void {
  const { relation, withClause, ...rest } = remove;
  const unbounded = !tellsRowsApart(remove.whereClause, relation);
  const tier = unbounded ? "destructive" : "write";
  const operation = openWrite(place, { kind: "delete", tier, verb: "DELETE", unbounded });
  touchRelation(place, operation, relation, "write");
  const inner = visitWith(withClause, { ...place, operation });
  inner.visit(rest, inner);
}

/** One operation for the MERGE, and one for each kind of change among its actions. */
function visitMerge(merge: NodeOf<"MergeStmt">, place: Place): void {
  const { relation, withClause, ...rest } = merge;
  const operation = openWrite(place, { kind: "merge", tier: "write", verb: "MERGE", unbounded: false });
  touchRelation(place, operation, relation, "write");
  if (place.mode === "run") {
    for (const clause of merge.mergeWhenClauses ?? []) addMergeAction(merge, clause, place);
  }
  const inner = visitWith(withClause, { ...place, operation });
  inner.visit(rest, inner);
}

const mergeActions = {
  CMD_INSERT: { kind: "insert", verb: "MERGE INSERT" },
  CMD_UPDATE: { kind: "update", verb: "MERGE UPDATE" },
  CMD_DELETE: { kind: "delete", verb: "MERGE DELETE" },
} as const;

function addMergeAction(merge: NodeOf<"MergeStmt">, node: Node, place: Place): void {
  const clause = as(node, "MergeWhenClause");
  const action = mergeActions[clause?.commandType as keyof typeof mergeActions];
  if (clause === undefined || action === undefined) return;
  // Rows without a partner in the source are all the other rows of the table: only a condition bounds them.
  const isBounded =
    action.kind === "insert" ||
    tellsRowsApart(clause.condition, merge.relation) ||
    (clause.matchKind === "MERGE_WHEN_MATCHED" && tellsRowsApart(merge.joinCondition, merge.relation));
  const operation = addOperation(place.draft, {
    ...action,
    tier: isBounded ? "write" : "destructive",
    unbounded: !isBounded,
  });
  touchRelation(place, operation, merge.relation, "write");
}
