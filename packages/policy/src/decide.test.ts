import type { Operation, Target, TouchedObject } from "@custody/domain";
import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import { policyDecider } from "./decider.ts";
import { compilePolicy, DEFAULT_POLICY_TEXT } from "./policy.ts";

const shop: Target = { environment: "production", kind: "postgres", name: "shop" };

function object(written: string, role: TouchedObject["role"] = "read"): TouchedObject {
  const parts = written.split(".");
  const [schema] = parts.length === 2 ? parts : [];
  const name = parts.at(-1) ?? "";
  return { database: "shop", name, resolved: "syntax", role, ...(schema === undefined ? {} : { schema }) };
}

function read(...names: string[]): Operation {
  return { kind: "read", objects: names.map((name) => object(name)), tier: "read", verb: "SELECT" };
}

function call(name: string, tier: Operation["tier"] = "write"): Operation {
  return { kind: tier === "admin" ? "admin" : "call", objects: [object(name)], tier, verb: "FUNCTION" };
}

function drop(kind: string, ...names: string[]): Operation {
  const objects = names.map((name) => object(name, "define"));
  return { kind: "define", objects, tier: "destructive", unbounded: true, verb: `DROP ${kind}` };
}

/** The rule that decided, with a minus before it when it denied. */
function verdict(rules: string, operations: readonly Operation[], target = shop): string {
  const decision = decide(compilePolicy(`version: 1\nrules:\n${rules}`, "policy.yaml"), operations, target);
  return `${decision.effect === "deny" ? "-" : ""}${decision.rule}`;
}

describe("the built-in rules", () => {
  const policy = compilePolicy(DEFAULT_POLICY_TEXT, "default");
  const operation = (given: Partial<Operation>): Operation => ({ ...read("t"), ...given });

  test.each<[string, Operation]>([
    ["default", read("users")],
    ["default", operation({ kind: "insert", tier: "write", verb: "INSERT" })],
    ["default", operation({ kind: "delete", tier: "destructive", unbounded: true, verb: "DELETE" })],
    ["default", drop("TABLE", "users")],
    ["default", call("mine")],
    ["default", operation({ kind: "transaction", objects: [], verb: "SET" })],
    ["default", operation({ kind: "copy", tier: "write", verb: "COPY FROM" })],
    ["-builtin:unknown", operation({ kind: "unknown", tier: "destructive", verb: "EXECUTE" })],
    ["-builtin:function-call-message", operation({ kind: "call", tier: "write", verb: "FUNCTION CALL" })],
    ["-builtin:stamp", call("pg_logical_emit_message")],
    ["-builtin:stamp", call("pg_catalog.pg_logical_emit_message")],
    ["-builtin:server-programs", operation({ kind: "copy", tier: "admin", verb: "COPY FROM PROGRAM" })],
    ["-builtin:server-files", operation({ kind: "copy", tier: "admin", verb: "COPY TO FILE" })],
    ["-builtin:server-files", call("pg_read_file", "admin")],
    ["-builtin:server-files", call("lo_import", "admin")],
    ["-builtin:other-servers", call("extensions.dblink_exec", "admin")],
    ["-builtin:other-servers", operation({ kind: "admin", tier: "admin", verb: "CREATE SERVER" })],
    ["-builtin:replication", operation({ kind: "admin", tier: "admin", verb: "CREATE SUBSCRIPTION" })],
    ["-builtin:replication", operation({ kind: "admin", tier: "admin", verb: "START_REPLICATION" })],
    ["-builtin:replication", call("pg_create_logical_replication_slot", "admin")],
    ["-builtin:roles", operation({ kind: "admin", tier: "admin", verb: "ALTER ROLE" })],
    ["-builtin:privileges", operation({ kind: "grant", tier: "admin", verb: "GRANT" })],
    ["-builtin:administration", operation({ kind: "admin", tier: "admin", verb: "ALTER SYSTEM" })],
    ["-builtin:administration", call("pg_terminate_backend", "admin")],
  ])("%s", (rule, one) => {
    const decision = decide(policy, [one], shop);
    expect(`${decision.effect === "deny" ? "-" : ""}${decision.rule}`).toBe(rule);
    expect(decision.policy).toBe(policy.digest);
    if (decision.effect === "deny") expect(decision.reasons[0]).toMatch(/\w+ \w+/);
  });

  test("an earlier rule of the user's opens them", () => {
    const rules = "  - { name: vacation, match: { verb: ALTER ROLE, target: shop }, effect: allow }";
    const alter = operation({ kind: "admin", tier: "admin", verb: "ALTER ROLE" });
    expect(verdict(rules, [alter])).toBe("vacation");
    expect(verdict(rules, [alter], { ...shop, name: "other" })).toBe("-builtin:roles");
  });
});

describe("the user's rules", () => {
  test("all conditions must hold", () => {
    const rules =
      "  - { name: no-drops, match: { target: [shop, 'eu-*'], environment: production, verb: ['drop *'], tier: destructive, unbounded: true }, effect: deny }";
    expect(verdict(rules, [drop("TABLE", "t")])).toBe("-no-drops");
    expect(verdict(rules, [drop("TABLE", "t")], { ...shop, name: "eu-1" })).toBe("-no-drops");
    expect(verdict(rules, [drop("TABLE", "t")], { ...shop, name: "us-1" })).toBe("default");
    expect(verdict(rules, [drop("TABLE", "t")], { ...shop, environment: "development" })).toBe("default");
    expect(verdict(rules, [{ ...drop("TABLE", "t"), tier: "write" }])).toBe("default");
  });

  test("the first match wins, and the first denial among the operations", () => {
    const rules = `
  - { name: logs, match: { object: log }, effect: allow }
  - { name: closed, match: { kind: [insert, read] }, effect: deny, message: "no entry" }`;
    expect(verdict(rules, [read("log")])).toBe("logs");
    expect(verdict(rules, [read("log"), read("users")])).toBe("-closed");
    const decision = decide(compilePolicy(`version: 1\nrules:${rules}`, "x"), [read("users")], shop);
    expect(decision.reasons).toEqual(["no entry"]);
  });

  test("an allowed statement shows the rule of its strictest operation", () => {
    const rules = "  - { name: drops, match: { verb: DROP TABLE }, effect: allow }";
    expect(verdict(rules, [read("a"), drop("TABLE", "t"), read("b")])).toBe("drops");
    expect(verdict(rules, [])).toBe("default");
  });
});

describe("objects", () => {
  const denies = (pattern: string, operation: Operation) =>
    verdict(`  - { name: r, match: { object: "${pattern}" }, effect: deny }`, [operation]) === "-r";
  const allows = (pattern: string, operation: Operation) =>
    verdict(
      `  - { name: r, match: { object: "${pattern}" }, effect: allow }\n  - { name: rest, effect: deny }`,
      [operation],
    ) === "r";

  test.each<[pattern: string, operation: Operation, deny: boolean, allow: boolean]>([
    ["users", read("users"), true, true],
    ["users", read("public.users"), true, true],
    ["*.users", read("users"), true, true],
    ["public.users", read("public.users"), true, true],
    ["public.users", read("users"), true, false],
    ["public.*", read("users"), true, false],
    ["public.users", read("other.users"), false, false],
    ["public.users", read("public.Users"), true, false],
    ["public.users", read("orders"), false, false],
    ["billing.*", read("billing.invoices"), true, true],
    ["bill*.inv*", read("billing.invoices"), true, true],
    ["users", read("users", "salaries"), true, false],
    ["billing.*", drop("SCHEMA", "billing"), true, false],
    ["billing.users", drop("SCHEMA", "billing"), true, false],
    ["billing.*", drop("SCHEMA", "other"), false, false],
    ["*.users", drop("SCHEMA", "other"), true, false],
    ["billing", drop("SCHEMA", "billing"), true, true],
    ["billing.*", call("billing.purge"), true, false],
    ["users", read(), false, false],
  ])("%s", (pattern, operation, deny, allow) => {
    expect([denies(pattern, operation), allows(pattern, operation)]).toEqual([deny, allow]);
  });

  test("functions are matched by their own key", () => {
    const rules = `
  - { name: fine, match: { function: shop.* }, effect: allow }
  - { name: none, match: { kind: call }, effect: deny }`;
    expect(verdict(rules, [call("shop.total")])).toBe("fine");
    expect(verdict(rules, [call("total")])).toBe("-none");
    expect(verdict(rules, [read("shop.total")])).toBe("default");
  });
});

describe("the decider", () => {
  const policy = compilePolicy(
    "version: 1\nrules:\n  - { name: r, match: { target: shop }, effect: deny }",
    "x",
  );
  const action = (operations: readonly Operation[], target: Target) =>
    ({
      id: "",
      links: {},
      operations,
      session: { actor: {}, id: "", project: "" },
      target,
      timeUs: 0,
    }) as const;

  test("remembers by operations and target", () => {
    const decider = policyDecider(policy);
    const operations = [read("users")];
    const first = decider.decide(action(operations, shop));
    expect(decider.decide(action(operations, { ...shop }))).toBe(first);
    expect(decider.decide(action(operations, { ...shop, name: "other" }))).toMatchObject({ effect: "allow" });
    expect(decider.decide(action(operations, shop))).toMatchObject({ effect: "deny" });
  });
});
