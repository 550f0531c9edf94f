import type { Action } from "@custody/domain";
import { expect, test } from "vitest";
import { CurrentPolicy } from "./current-policy.ts";
import { loadPolicy } from "./policy.ts";

const action: Action = {
  id: "a",
  links: {},
  operations: [
    {
      kind: "delete",
      objects: [{ database: "d", name: "t", resolved: "syntax", role: "write" }],
      tier: "write",
      verb: "DELETE",
    },
  ],
  session: { actor: {}, id: "s", project: "p" },
  target: { environment: "development", kind: "postgres", name: "shop" },
  timeUs: 1_790_000_000_000_000,
};
const changed = [{ schema: "public", name: "t", inserted: 0, updated: 0, deleted: 60 }];

function limit(rows: number) {
  const text = `version: 1\nrules:\n  - { name: limit, when: 'rowsWithin("10m") > ${rows}', effect: deny }`;
  return loadPolicy({ origin: "test", text });
}

test("what was done under the rules before counts under other ones", () => {
  const rules = new CurrentPolicy(loadPolicy(), () => new Map());
  rules.count(action, changed);
  rules.use(limit(200));
  expect(rules.decide(action)).toMatchObject({ effect: "allow", isMeasured: true });
  expect(rules.judge(action, changed).effect).toBe("allow");
  rules.use(limit(100));
  expect(rules.judge(action, changed)).toMatchObject({ effect: "deny", rule: "limit" });
});
