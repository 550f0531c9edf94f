import fc from "fast-check";
import { expect, test } from "vitest";
import { action, object, write } from "../testing/actions.ts";
import { compileExpression } from "./expression.ts";
import type { Facts } from "./facts.ts";
import { VARIABLES } from "./variables.ts";

const refuse = (message: string): never => {
  throw new Error(message);
};

const facts: Facts = {
  byTable: [
    { schema: "public", name: "users", inserted: 1, updated: 2, deleted: 4 },
    { schema: "public", name: "orders", inserted: 0, updated: 0, deleted: 3 },
  ],
  costMicros: 9,
  tokens: 7,
  rowsWithin: (windowMs) => windowMs / 1000,
  statementsWithin: (windowMs) => windowMs / 60_000,
};

const operation = {
  ...write("delete", "users", "billing.invoices"),
  tier: "destructive",
  unbounded: true,
  via: "trigger",
} as const;

const asked = action([operation], {
  session: {
    actor: { agent: { instance: "", name: "coder" }, human: { assurance: "token", id: "u1", name: "Ann" } },
    id: "s",
    project: "web",
  },
  statement: { digest: "", text: "DELETE FROM users" },
  target: { database: "crm", environment: "staging", kind: "postgres", name: "shop", user: "app" },
});

const holds = (text: string) => compileExpression(text, refuse).holds({ action: asked, facts, operation });

test.each([
  "verb == 'DELETE' && tier == 'destructive' && kind == 'delete' && via == 'trigger' && unbounded",
  "objects == ['users', 'billing.invoices'] && functions == []",
  "target == 'shop' && environment == 'staging' && engine == 'postgres' && database == 'crm' && user == 'app'",
  "agent == 'coder' && human == 'Ann' && humanId == 'u1' && project == 'web'",
  "text.startsWith('DELETE') && text.lowerAscii().contains('users')",
  "rows == 10 && tableRows == 7 && cost == 9",
  "rowsWithin('10m') == 600 && statementsWithin('1h') == 60 && rowsWithin('1s') == 1",
  "objects.exists(o, o.startsWith('billing.')) && !objects.all(o, o == 'users')",
  "objects.filter(o, o.contains('.')).size() == 1 && objects.exists_one(o, o == 'users')",
  "'users' in objects && size(objects) == 2 && (rows > 5 ? true : false)",
  "rows - 1 == 3 * 3 && rows % 3 == 1 && -rows < 0 && rows / 2 != 4",
])("%s", (text) => {
  expect(holds(text)).toBe(true);
});

test.each([
  ["rows > 1", ["rows"]],
  ["tableRows > 1 || agent == 'a'", ["agent", "rows"]],
  ["rowsWithin('10m') > 1", ["history", "rows"]],
  ["statementsWithin('10m') > 1 && human == ''", ["history", "human"]],
  ["cost > 1", ["history"]],
  ["text == ''", ["text"]],
  ["verb == '' && objects.exists(constructor, constructor == '')", ["operation"]],
])("%s depends on %j", (text, sources) => {
  expect([...compileExpression(text, refuse).sources].sort()).toEqual(sources);
});

test.each(["1 / size(functions) == 1", "objects[7] == ''", "rows * 9223372036854775807 > 0"])(
  "%s fails",
  (text) => {
    expect(() => holds(text)).toThrow();
  },
);

test("a text that is too long is not looked at", () => {
  const statement = { digest: "", text: "x".repeat(65_537) };
  const ask = () =>
    compileExpression("text.contains('y')", refuse).holds({
      action: { ...asked, statement },
      facts,
      operation,
    });
  expect(ask).toThrow("more than 65536 characters");
});

/** Pieces of the language, put together as they may and as they may not be. */
const { expressions } = fc.letrec<{ expressions: string }>((tie) => {
  const part = tie("expressions");
  return {
    expressions: fc.oneof(
      { maxDepth: 6, withCrossShrink: true },
      fc.constantFrom(...Object.keys(VARIABLES), "true", "1", "0", "9223372036854775807", "'a'", "[]", "o"),
      fc
        .tuple(part, fc.constantFrom("+", "-", "*", "/", "%", "&&", "||", "==", "<", "in"), part)
        .map((each) => `(${each.join(" ")})`),
      fc
        .tuple(fc.constantFrom("exists", "all", "filter", "exists_one", "map"), part, part)
        .map(([name, list, body]) => `${list}.${name}(o, ${body})`),
      fc
        .tuple(fc.constantFrom("contains", "startsWith", "matches", "split", "size"), part, part)
        .map(([name, one, two]) => `${one}.${name}(${two})`),
      fc
        .tuple(fc.constantFrom("size", "rowsWithin", "string", "dyn", "timestamp"), part)
        .map(([name, one]) => `${name}(${one})`),
      fc.tuple(part, part, part).map(([one, two, three]) => `(${one} ? ${two} : ${three})`),
      fc.array(part, { maxLength: 4 }).map((list) => `[${list.join(", ")}]`),
    ),
  };
});

/** Longer than anything that people write, so that what is not linear is seen. */
const objects = Array.from({ length: 3000 }, (_, at) => object(`table_${at}`, "write"));
const wide = { ...operation, objects };
const long = action([wide], { statement: { digest: "", text: "x".repeat(60_000) } });

test("whatever is put together is refused, or answered without end of time", () => {
  let answered = 0;
  const ask = (text: string) => {
    let expression: ReturnType<typeof compileExpression>;
    try {
      expression = compileExpression(text, refuse);
    } catch (error) {
      // The library's own failures would have no words for whoever wrote the expression.
      expect((error as Error).message).not.toMatch(/not a function|call stack|Cannot read/);
      return;
    }
    try {
      expression.holds({ action: long, facts, operation: wide });
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
    answered += 1;
  };
  fc.assert(fc.property(expressions, ask), { numRuns: 3000 });
  fc.assert(fc.property(fc.string(), ask), { numRuns: 1000 });
  expect(answered).toBeGreaterThan(10);
});

test("a deep expression is refused with words", () => {
  for (const text of [
    `${"(".repeat(900)}true${")".repeat(900)}`,
    `${"!".repeat(1900)}true`,
    "[".repeat(1900),
  ])
    expect(() => compileExpression(text, refuse)).toThrow(/limit|depth|exceed|Exceed/i);
});
