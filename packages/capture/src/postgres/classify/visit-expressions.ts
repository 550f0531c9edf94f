import type { Node } from "libpg-query";
import { addOperation, type Draft, touch } from "./draft.ts";
import { functionReach } from "./functions.ts";
import type { Place, Visitor } from "./place.ts";
import { changeSetting } from "./settings.ts";
import { as, type NodeName, type NodeOf, textOf } from "./tree.ts";

/** The expressions that run code: function calls, and operators written with a schema. */
export const expressionVisitors: { readonly [Name in NodeName]?: Visitor } = {
  FuncCall: (contents, place) => {
    const call = contents as NodeOf<"FuncCall">;
    callFunction(call, place);
    const { funcname, ...rest } = call;
    place.visit(rest, place);
  },
  A_Expr: (contents, place) => visitOperator((contents as NodeOf<"A_Expr">).name, contents, place),
  SubLink: (contents, place) => visitOperator((contents as NodeOf<"SubLink">).operName, contents, place),
  SortBy: (contents, place) => visitOperator((contents as NodeOf<"SortBy">).useOp, contents, place),
};

/** `OPERATOR(schema.@@)` picks an operator, hence a function, that is not PostgreSQL's own. */
function visitOperator(name: readonly Node[] | undefined, contents: unknown, place: Place): void {
  const [schema, operator] = (name ?? []).map(textOf);
  if (operator !== undefined && schema !== undefined && schema !== "pg_catalog" && place.mode !== "store") {
    addUnknownCall(place.draft, schema, operator);
  }
  place.visit(contents, place);
}

function callFunction(call: NodeOf<"FuncCall">, place: Place): void {
  const { draft, mode } = place;
  if (mode === "store") return;
  const names = (call.funcname ?? []).map((node) => textOf(node) ?? "");
  const name = names.at(-1) ?? "";
  const schema = names.at(-2);
  draft.functions.add(names.join("."));
  const reach = functionReach(schema, name);
  if (reach === "harmless") return;
  draft.constantsMatter = true;
  // Planning may run what is declared IMMUTABLE or STABLE, so an unknown function counts in a plan too.
  if (reach === "unknown") addUnknownCall(draft, schema, name);
  else if (mode === "plan") return;
  else if (reach === "session") callSetConfig(call, draft);
  else addCall(draft, { schema, name, tier: reach === "admin" ? "admin" : "write" });
  if (reach === "sequence") touchSequence(call, draft, name);
  if (reach === "sequence" || reach === "admin") draft.escapesTransaction = true;
}

/**
 * A user's function can do anything that its body says, from nothing to reaching another server. Whoever has the
 * catalogue can say more; until then it writes, and escapes its transaction.
 */
function addUnknownCall(draft: Draft, schema: string | undefined, name: string): void {
  addCall(draft, { schema, name, tier: "write" });
  draft.escapesTransaction = true;
  draft.constantsMatter = true;
}

/** Functions have their own verb, so that a rule about `CALL` does not mean every function in a SELECT. */
function addCall(
  draft: Draft,
  { schema, name, tier }: { schema: string | undefined; name: string; tier: "write" | "admin" },
): void {
  const isKnown = draft.operations.some(
    ({ verb, objects }) =>
      verb === "FUNCTION" && [...objects.values()].some((one) => one.name === name && one.schema === schema),
  );
  if (isKnown) return;
  const operation = addOperation(draft, {
    kind: tier === "admin" ? "admin" : "call",
    tier,
    verb: "FUNCTION",
  });
  touch(operation, { database: draft.database, name, role: "read", schema });
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
