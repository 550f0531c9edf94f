import type { Action, Decision, Operation, TableRows, Target, TouchedObject } from "@custody/domain";
import { policyDecider } from "../decider.ts";
import { compilePolicy } from "../policy.ts";

export const shop: Target = { environment: "production", kind: "postgres", name: "shop" };

/** `name` or `schema.name`. */
export function object(written: string, role: TouchedObject["role"] = "read"): TouchedObject {
  const parts = written.split(".");
  const [schema] = parts.length === 2 ? parts : [];
  const name = parts.at(-1) ?? "";
  return { database: "shop", name, resolved: "syntax", role, ...(schema === undefined ? {} : { schema }) };
}

export function read(...names: string[]): Operation {
  return { kind: "read", objects: names.map((name) => object(name)), tier: "read", verb: "SELECT" };
}

export function write(kind: "insert" | "update" | "delete", ...names: string[]): Operation {
  const objects = names.map((name) => object(name, "write"));
  return { kind, objects, tier: "write", verb: kind.toUpperCase() };
}

export function call(name: string, tier: Operation["tier"] = "write"): Operation {
  return { kind: tier === "admin" ? "admin" : "call", objects: [object(name)], tier, verb: "FUNCTION" };
}

export function drop(kind: string, ...names: string[]): Operation {
  const objects = names.map((name) => object(name, "define"));
  return { kind: "define", objects, tier: "destructive", unbounded: true, verb: `DROP ${kind}` };
}

export function rows(table: string, deleted: number): TableRows {
  return { deleted, inserted: 0, name: table, schema: "public", updated: 0 };
}

const LATER_US = 1_790_000_000_000_000;

export function action(operations: readonly Operation[], given: Partial<Action> = {}): Action {
  return {
    id: "an-action",
    links: {},
    operations,
    session: { actor: {}, id: "a-session", project: "default" },
    target: shop,
    timeUs: LATER_US,
    ...given,
  };
}

/** Where no preset stands behind the rules. */
const BARE = "version: 1\ndefault: observe\nrules:\n";

export function decide(
  rules: string,
  operations: readonly Operation[],
  given: Partial<Action> = {},
): Decision {
  return policyDecider(compilePolicy(`${BARE}${rules}`, "policy.yaml")).decide(action(operations, given));
}

/** The rule that decided, with a sign of its effect before it. */
export function named({ effect, rule }: Decision): string {
  return `${{ allow: "", approve: "?", deny: "-", simulate: "~" }[effect]}${rule}`;
}
