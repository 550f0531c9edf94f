import type { Node } from "libpg-query";
import { addOperation, type Draft, touch } from "./draft.ts";
import { addCall, addUnknownCall } from "./function-calls.ts";
import { type FunctionReach, functionReach } from "./functions.ts";
import { isBuiltInOperator } from "./operators.ts";
import type { Place, Visitor } from "./place.ts";
import { runText } from "./run-text.ts";
import { changeSetting } from "./settings.ts";
import { as, type NodeName, type NodeOf, textOf } from "./tree.ts";

/** The expressions that run code: function calls in both their notations, and operators written with a schema. */
export const expressionVisitors: { readonly [Name in NodeName]?: Visitor } = {
  FuncCall: (contents, place) => {
    const call = contents as NodeOf<"FuncCall">;
    callFunction(call, place);
    const { funcname, ...rest } = call;
    place.visit(rest, place);
  },
  /** `('/etc/passwd'::text).pg_read_file` is a call, whatever it looks like. */
  A_Indirection: (contents, place) => {
    for (const part of (contents as NodeOf<"A_Indirection">).indirection ?? []) callByDot(part, place);
    place.visit(contents, place);
  },
  /** So is `a.pg_read_file`, where `a` stands for the rows of a function. */
  ColumnRef: (contents, place) => {
    const { fields = [] } = contents as NodeOf<"ColumnRef">;
    if (fields.length > 1) callByDot(fields.at(-1), place);
  },
  A_Expr: (contents, place) => visitOperator((contents as NodeOf<"A_Expr">).name, contents, place),
  SubLink: (contents, place) => visitOperator((contents as NodeOf<"SubLink">).operName, contents, place),
  SortBy: (contents, place) => visitOperator((contents as NodeOf<"SortBy">).useOp, contents, place),
};

/** An operator that is not PostgreSQL's own, by its schema or by its name, calls a function of a user's. */
function visitOperator(name: readonly Node[] | undefined, contents: unknown, place: Place): void {
  const parts = (name ?? []).map(textOf);
  const operator = parts.at(-1);
  const schema = parts.at(-2);
  if (operator !== undefined && !isBuiltInOperator(schema, operator) && place.mode !== "store") {
    addUnknownCall(place.draft, schema, operator);
  }
  place.visit(contents, place);
}

function callFunction(call: NodeOf<"FuncCall">, place: Place): void {
  const names = (call.funcname ?? []).map((node) => textOf(node) ?? "");
  const name = names.at(-1) ?? "";
  const schema = names.at(-2);
  const reach = functionReach(schema, name);
  if (!happens(reach, place)) return;
  const { draft, mode } = place;
  draft.functions.add(names.join("."));
  if (reach === "harmless") return;
  draft.constantsMatter = true;
  // Planning may run what is declared IMMUTABLE or STABLE, so an unknown function counts in a plan too.
  if (reach === "unknown") return addUnknownCall(draft, schema, name);
  if (mode === "plan") return;
  if (reach === "session") return callSetConfig(call, draft);
  addCall(draft, { schema, name, tier: reach === "admin" ? "admin" : "write" });
  if (reach === "text") runText(name, call.args ?? [], place);
  if (reach === "sequence") touchSequence(call, draft, name);
  if (reach !== "writes") draft.escapesTransaction = true;
}

/**
 * What is only kept for later — a view, a default, the body of a function — calls nothing now. But that is how to have
 * a function called later that nobody would be allowed to call: what reaches the server counts where it is written.
 */
function happens(reach: FunctionReach, { mode }: Place): boolean {
  return mode !== "store" || reach === "admin" || reach === "text";
}

/** A name behind a dot is a column, unless there is none and a function has that name. Only the known ones can be told. */
function callByDot(part: Node | undefined, place: Place): void {
  const name = as(part, "String")?.sval;
  if (name === undefined) return;
  const reach = functionReach(undefined, name);
  const isTelling = reach !== "harmless" && reach !== "unknown" && reach !== "session";
  if (isTelling) callFunction({ funcname: [{ String: { sval: name } }] }, place);
}

/** `nextval('shop.order_id')` names its sequence, when the name is a literal. */
function touchSequence(call: NodeOf<"FuncCall">, draft: Draft, functionName: string): void {
  const written = literalOf(call.args?.[0]);
  const match = /^(?:(?<schema>[a-z_][\w$]*)\.)?(?<name>[a-z_][\w$]*)$/.exec(written ?? "");
  if (match?.groups === undefined) return;
  const operation = addOperation(draft, { kind: "update", tier: "write", verb: functionName.toUpperCase() });
  const { name = "", schema } = match.groups;
  touch(operation, { database: draft.database, name, role: "write", schema });
}

function callSetConfig(call: NodeOf<"FuncCall">, draft: Draft): void {
  const [name, value] = (call.args ?? []).map(literalOf);
  changeSetting(draft, name, value);
}

/** The text of a literal, also when a cast follows it. */
function literalOf(node: Node | undefined): string | undefined {
  return textOf(node) ?? textOf(as(node, "TypeCast")?.arg);
}
