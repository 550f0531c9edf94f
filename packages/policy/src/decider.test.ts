import type { Operation, Target } from "@custody/domain";
import { describe, expect, test } from "vitest";
import { policyDecider } from "./decider.ts";
import { compilePolicy } from "./policy.ts";
import { action, call, decide, drop, named, read, rows, shop, write } from "./testing/actions.ts";

/** The rule that decided, with a sign of its effect before it. */
function verdict(rules: string, operations: readonly Operation[], target: Target = shop): string {
  return named(decide(rules, operations, { target }));
}

describe("the built-in rules", () => {
  const policy = compilePolicy("version: 1\ndefault: observe\n", "default");
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
    const decision = policyDecider(policy).decide(action([one]));
    expect(named(decision)).toBe(rule);
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
    expect(decide(rules, [read("users")]).reasons).toEqual(["no entry"]);
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

describe("who acts, and where", () => {
  const human = { assurance: "token", id: "u1", name: "Ann" } as const;
  const agent = { instance: "1", name: "coder-7" };
  const session = { actor: { agent, human }, id: "s", project: "web" };

  test.each<[match: string, isMatched: boolean]>([
    ["agent: coder-*", true],
    ["agent: [other, coder-7]", true],
    ["agent: Coder-7", false],
    ["human: u1", true],
    ["human: Ann", true],
    ["human: ann", false],
    ["project: web", true],
    ["project: w", false],
    ["engine: postgres", true],
    ["engine: [mysql, mongodb]", false],
    ["target: shop, agent: 'coder*', project: web, environment: production", true],
    ["target: shop, agent: 'coder*', project: app, environment: production", false],
  ])("%s: %s", (match, isMatched) => {
    const decision = decide(`  - { name: r, match: { ${match} }, effect: deny }`, [read("t")], { session });
    expect(named(decision)).toBe(isMatched ? "-r" : "default");
  });

  test("nobody has no name", () => {
    expect(verdict("  - { name: r, match: { agent: coder }, effect: deny }", [read("t")])).toBe("default");
    expect(verdict("  - { name: r, match: { agent: '*' }, effect: deny }", [read("t")])).toBe("-r");
  });
});

describe("what needs more than a yes or no", () => {
  test("approval has defaults", () => {
    const decision = decide("  - { name: ask, effect: approve }", [write("delete", "t")]);
    expect(decision).toMatchObject({
      approval: { approvers: 1, at: "start", validMs: 900_000, waitMs: 600_000 },
    });
    expect(decision.approval).not.toHaveProperty("isPasskeyNeeded");
  });

  test("two approvals ask for what either asks for", () => {
    const rules = `
  - { name: one, match: { object: a }, effect: approve, message: first, approval: { approvers: 2, at: commit, wait: 1h, valid: 30s } }
  - { name: two, match: { object: b }, effect: approve, message: second, approval: { passkey: true, wait: 5m } }`;
    expect(decide(rules, [write("delete", "a"), write("delete", "b")])).toMatchObject({
      approval: { approvers: 2, at: "start", isPasskeyNeeded: true, validMs: 30_000, waitMs: 300_000 },
      effect: "approve",
      reasons: ["first", "second"],
      rule: "one",
    });
  });

  test("to ask and to simulate match whatever could be meant", () => {
    for (const effect of ["approve", "simulate"]) {
      const rules = `  - { name: r, match: { object: public.users }, effect: ${effect} }`;
      expect(decide(rules, [write("delete", "users")]).rule).toBe("r");
    }
  });

  test("the strictest effect over the operations wins, in any order", () => {
    const effects = ["deny", "approve", "simulate", "allow"];
    const rules = effects.map(
      (effect) => `\n  - { name: ${effect}, match: { object: ${effect} }, effect: ${effect} }`,
    );
    for (const [at, strictest] of effects.entries()) {
      const operations = effects.slice(at).map((name) => write("update", name));
      for (const order of [operations, operations.toReversed()])
        expect(decide(rules.join(""), order).rule).toBe(strictest);
    }
  });
});

describe("the decider", () => {
  const compiled = (rules: string) =>
    policyDecider(compilePolicy(`version: 1\ndefault: observe\nrules:${rules}`, "x"));

  test("remembers by operations, and by what the rules ask besides", () => {
    const decider = compiled("\n  - { name: r, match: { target: shop }, effect: deny }");
    const operations = [read("users")];
    const first = decider.decide(action(operations));
    expect(decider.decide(action(operations, { target: { ...shop } }))).toBe(first);
    const other = { ...shop, name: "other" };
    expect(decider.decide(action(operations, { target: other }))).toMatchObject({ effect: "allow" });
    expect(decider.decide(action(operations))).toBe(first);
  });

  test("does not take one agent's answer for another's", () => {
    const decider = compiled("\n  - { name: r, match: { agent: a }, effect: deny }");
    const operations = [read("users")];
    const by = (name: string) => {
      const session = { actor: { agent: { instance: "", name } }, id: name, project: "" };
      return decider.decide(action(operations, { session })).effect;
    };
    expect(by("a")).toBe("deny");
    for (let at = 0; at < 200; at += 1) expect(by(`b${at}`)).toBe("allow");
    expect(by("a")).toBe("deny");
  });

  test("remembers nothing that is another at each statement", () => {
    const decider = compiled("\n  - { name: r, when: \"text.contains('secret')\", effect: deny }");
    const operations = [read("users")];
    const of = (text: string) =>
      decider.decide(action(operations, { statement: { digest: "", text } })).effect;
    expect([of("select 1"), of("select secret"), of("select 1")]).toEqual(["allow", "deny", "allow"]);
  });
});

describe("rules about true rows", () => {
  const limit = `\nrules:
  - { name: many, match: { kind: delete }, when: rows > 100, effect: deny, message: too many }
  - { name: much, match: { object: orders }, when: tableRows > 10, effect: approve, approval: { at: commit } }`;
  const decider = policyDecider(compilePolicy(`version: 1\ndefault: observe${limit}`, "x"));

  test("a write is let run, measured, and judged", () => {
    const deletion = action([write("delete", "users")]);
    expect(decider.decide(deletion)).toMatchObject({ effect: "allow", isMeasured: true, rule: "default" });
    expect(decider.judge(deletion, [rows("users", 60), rows("orders", 40)])).toMatchObject({
      effect: "allow",
    });
    expect(decider.judge(deletion, [rows("users", 60), rows("orders", 41)])).toMatchObject({
      effect: "deny",
      reasons: ["too many; it changes 101 rows: 60 of public.users, 41 of public.orders"],
      rule: "many",
    });
    expect(decider.judge(deletion, [])).not.toHaveProperty("isMeasured");
  });

  test("a refusal lists the tables of which most rows would change", () => {
    const many = Array.from({ length: 8 }, (_, at) => rows(`t${at}`, at * 100));
    expect(decider.judge(action([write("delete", "users")]), many).reasons[0]).toBe(
      "too many; it changes 2800 rows: 700 of public.t7, 600 of public.t6, 500 of public.t5, 400 of public.t4, 300 of public.t3, and those of 2 more tables",
    );
  });

  test("a read, and what no such rule is about, is not measured", () => {
    expect(decider.decide(action([read("orders")]))).not.toHaveProperty("isMeasured");
    expect(decider.decide(action([write("insert", "users")]))).not.toHaveProperty("isMeasured");
    expect(decider.decide(action([read("users"), write("update", "orders")]))).toHaveProperty(
      "isMeasured",
      true,
    );
  });

  test("what is refused anyway is not measured", () => {
    const rules = `${limit}\n  - { name: never, match: { object: users }, effect: deny }`;
    const strict = policyDecider(compilePolicy(`version: 1\ndefault: observe${rules}`, "x"));
    expect(strict.decide(action([write("delete", "users")]))).toMatchObject({
      effect: "deny",
      rule: "never",
    });
    expect(strict.decide(action([write("delete", "orders"), write("insert", "users")]))).toMatchObject({
      effect: "deny",
      rule: "never",
    });
  });
});

test("an expression that fails is a denial", () => {
  const rules = "  - { name: r, when: '9223372036854775807 + size(objects) > 0', effect: allow }";
  const decision = decide(rules, [read("t")]);
  expect(named(decision)).toBe("-policy-error");
  expect(decision.reasons[0]).toContain('the rule "r" cannot be evaluated');
});

test("counts of a session stop it, and no other", () => {
  const rules = `\nrules:\n  - { name: r, when: 'rowsWithin("10m") > 5000', effect: approve, approval: { at: commit } }`;
  const decider = policyDecider(compilePolicy(`version: 1\ndefault: observe${rules}`, "x"));
  const at = (timeUs: number, id = "one") =>
    action([write("delete", "users")], { session: { actor: {}, id, project: "" }, timeUs });
  const send = (timeUs: number, id?: string) => {
    const sent = at(timeUs, id);
    expect(decider.decide(sent)).toMatchObject({ isMeasured: true });
    const judged = decider.judge(sent, [rows("users", 1000)]);
    if (judged.effect === "allow") decider.count(sent, [rows("users", 1000)]);
    return judged.effect;
  };
  const minute = 60_000_000;
  expect([0, 1, 2, 3, 4, 5, 6].map((each) => send(each * minute))).toEqual([
    ...Array<string>(5).fill("allow"),
    "approve",
    "approve",
  ]);
  expect(send(6 * minute, "two")).toBe("allow");
  expect(send(10 * minute + 1_000_000)).toBe("allow");
});
