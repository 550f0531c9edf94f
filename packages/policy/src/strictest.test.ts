import type { ApprovalTerms, Decision } from "@custody/domain";
import fc from "fast-check";
import { expect, test } from "vitest";
import { policyDecider } from "./decider.ts";
import { compilePolicy } from "./policy.ts";
import { stricterTerms } from "./strictest.ts";
import { action, write } from "./testing/actions.ts";

const effects = ["allow", "simulate", "approve", "deny"] as const;

const terms: fc.Arbitrary<ApprovalTerms> = fc.record(
  {
    approvers: fc.integer({ min: 1, max: 9 }),
    at: fc.constantFrom("start", "commit"),
    isPasskeyNeeded: fc.constant(true),
    validMs: fc.integer({ min: 1, max: 1000 }),
    waitMs: fc.integer({ min: 1, max: 1000 }),
  },
  { requiredKeys: ["approvers", "at", "validMs", "waitMs"] },
);

/** Whether nothing is easier under the first than under the second. */
function isAtLeast(one: ApprovalTerms, other: ApprovalTerms): boolean {
  return (
    one.approvers >= other.approvers &&
    (one.at === "start" || other.at === "commit") &&
    (one.isPasskeyNeeded === true || other.isPasskeyNeeded !== true) &&
    one.waitMs <= other.waitMs &&
    one.validMs <= other.validMs
  );
}

test("terms together are as strict as each, in any order", () => {
  fc.assert(
    fc.property(terms, terms, terms, (one, two, three) => {
      const both = stricterTerms(one, two);
      expect(isAtLeast(both, one) && isAtLeast(both, two)).toBe(true);
      expect(stricterTerms(two, one)).toEqual(both);
      expect(stricterTerms(both, three)).toEqual(stricterTerms(one, stricterTerms(two, three)));
    }),
  );
});

test("a statement is decided as the strictest of its operations, measured or not", () => {
  const texts = effects.flatMap((effect) => [
    `  - { name: ${effect}, match: { object: ${effect} }, effect: ${effect} }`,
    `  - { name: ${effect}-measured, match: { object: ${effect}_measured }, when: rows >= 0, effect: ${effect} }`,
  ]);
  const policy = compilePolicy(`version: 1\ndefault: observe\nrules:\n${texts.join("\n")}`, "x");
  const decider = policyDecider(policy);
  const named = fc.tuple(fc.constantFrom(...effects), fc.boolean());
  fc.assert(
    fc.property(fc.array(named, { maxLength: 6 }), (all) => {
      const operations = all.map(([effect, isMeasured]) =>
        write("update", isMeasured ? `${effect}_measured` : effect),
      );
      const strictest = (list: readonly Decision["effect"][]) =>
        effects.findLast((effect) => list.includes(effect)) ?? "allow";
      const asked = action(operations);
      const known = strictest(all.flatMap(([effect, isMeasured]) => (isMeasured ? [] : [effect])));
      const decision = decider.decide(asked);
      expect(decision.effect).toBe(known);
      expect(decision.isMeasured === true).toBe(
        known === "allow" && all.some(([, isMeasured]) => isMeasured),
      );
      expect(decider.judge(asked, []).effect).toBe(strictest(all.map(([effect]) => effect)));
    }),
  );
});

/** Lines that policies are made of, also where they make no sense. */
const line = fc.constantFrom(
  "version: 1",
  "extends: guarded",
  "default: locked",
  "rules:",
  "  - name: a",
  "  - name: b",
  "    effect: deny",
  "    effect: approve",
  "    when: rows > 1",
  '    when: rowsWithin("1m") > 1',
  "    when: 1 / 0 == 1",
  "    when: text == verb",
  "    when: objects[0] == 'x'",
  "    match: { object: a.*, tier: write }",
  "    approval: { approvers: 2 }",
  "    match: &x [*x]",
  "tests: []",
  "? {a: 1}",
  "__proto__: { a: 1 }",
);

test("no text makes a decider throw", () => {
  let compiled = 0;
  const texts = fc.oneof(
    fc.string(),
    fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      let policy: ReturnType<typeof compilePolicy>;
      try {
        policy = compilePolicy(text, "policy.yaml");
      } catch (error) {
        expect(error).toMatchObject({ name: "PolicyError" });
        return;
      }
      compiled += 1;
      const decider = policyDecider(policy);
      for (const operations of [[], [write("delete", "a")], [write("update", "b.c"), write("insert", "a")]]) {
        expect(effects).toContain(decider.decide(action(operations)).effect);
        expect(effects).toContain(decider.judge(action(operations), []).effect);
      }
    }),
    { numRuns: 3000 },
  );
  expect(compiled).toBeGreaterThan(10);
});

test("what is no action is denied, not thrown", () => {
  const decider = policyDecider(compilePolicy("version: 1", "x"));
  const broken = { ...action([]), operations: [null] } as never;
  expect(decider.decide(broken)).toMatchObject({ effect: "deny", rule: "policy-error" });
});
