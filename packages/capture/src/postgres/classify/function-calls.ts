import { addOperation, type Draft, touch } from "./draft.ts";

/** A function as it was written, and what calling it amounts to. */
export interface Call {
  readonly schema: string | undefined;
  readonly name: string;
  readonly tier: "write" | "admin";
}

/** Functions have their own verb, so that a rule about `CALL` does not mean every function in a SELECT. */
export function addCall(draft: Draft, { schema, name, tier }: Call): void {
  const key = `${schema ?? ""}\u0000${name}`;
  if (draft.called.has(key)) return;
  draft.called.add(key);
  const operation = addOperation(draft, {
    kind: tier === "admin" ? "admin" : "call",
    tier,
    verb: "FUNCTION",
  });
  touch(operation, { database: draft.database, name, role: "read", schema });
}

/**
 * A user's function can do anything that its body says, from nothing to reaching another server. Whoever has the
 * catalogue can say more; until then it writes, and escapes its transaction.
 */
export function addUnknownCall(draft: Draft, schema: string | undefined, name: string): void {
  addCall(draft, { schema, name, tier: "write" });
  draft.escapesTransaction = true;
  draft.constantsMatter = true;
}
