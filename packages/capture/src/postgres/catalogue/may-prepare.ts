import type { Operation } from "@custody/domain";
import { functionReach } from "../classify/functions.ts";
import type { StatementEffects } from "../classify/statement.ts";
import { type CodeEffects, NO_EFFECTS } from "./code-effects.ts";
import type { FunctionFact } from "./facts.ts";

/**
 * Whether a statement may run code that prepares or deallocates statements: code that says so, and code that nobody has
 * looked into. A trigger that puts together what it runs is left out unless its text has one of the words: such triggers are
 * common, on every write of a table.
 */
export function mayPrepare({ operations }: StatementEffects): boolean {
  return operations.some(
    (operation) => operation.kind === "unknown" || isPreparing(operation) || isUnseenCall(operation),
  );
}

/** By code: what a client prepares itself is followed by name. */
function isPreparing({ verb, via }: Operation): boolean {
  return via !== undefined && PREPARING.has(verb);
}

/** A call of something that is not PostgreSQL's own, and that the catalogue does not show: it may not be committed yet. */
function isUnseenCall({ kind, objects: [object], tier, verb }: Operation): boolean {
  if (kind !== "call" || tier === "read") return false;
  if (verb === "FETCH") return true;
  if (verb !== "FUNCTION" && verb !== "CALL") return false;
  return object?.resolved === "syntax" && functionReach(object.schema, object.name) === "unknown";
}

/** What changes which statements are prepared. */
export const PREPARING: ReadonlySet<string> = new Set(["PREPARE", "DEALLOCATE", "DISCARD ALL"]);

/** Whether code that puts together what it runs has one of the words, or is in a language whose text we do not have. */
export function namesPreparing({ definition, extension, source }: FunctionFact): boolean {
  const text = definition ?? source;
  return text === null ? extension === null : /\b(prepare|deallocate|discard)\b/i.test(text);
}

export const PREPARES: CodeEffects = {
  ...NO_EFFECTS,
  operations: [{ kind: "transaction", objects: [], tier: "read", verb: "PREPARE" }],
};
