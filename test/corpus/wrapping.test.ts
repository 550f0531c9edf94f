import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CaptureError } from "../../packages/capture/src/error.ts";
import { classify, loadParser } from "../../packages/capture/src/postgres/classify/classify.ts";
import type { ClassifiedStatement } from "../../packages/capture/src/postgres/classify/statement.ts";
import type { Case } from "./case.ts";
import { families } from "./families.ts";
import { inPlace, untold } from "./judge.ts";
import { type CorpusServer, openCorpusServer } from "./server.ts";
import { type Wrapped, wrapped } from "./wrap.ts";

await loadParser();
let server: CorpusServer;
beforeAll(async () => {
  server = await openCorpusServer();
});
afterAll(() => server.close());

/** Undefined for what is no SQL, and so is refused. */
function statementsOf(sql: string): readonly ClassifiedStatement[] | undefined {
  try {
    return classify(sql, { database: "shop" });
  } catch (error) {
    if (error instanceof CaptureError) return undefined;
    throw error;
  }
}

const kinds: Readonly<Record<string, Wrapped["kind"]>> = {
  SELECT: "query",
  INSERT: "change",
  UPDATE: "change",
  DELETE: "change",
  MERGE: "change",
};

/** Every single statement of the corpus that writes, and that needs nothing else to be there. */
const writes = families
  .flatMap(({ cases }) => cases)
  .filter(({ after, data, fails, since, unasked }) => !(after ?? data ?? fails ?? since ?? unasked))
  .flatMap((one): (Case & Wrapped)[] => {
    const [statement, second] = statementsOf(one.sql) ?? [];
    if (statement === undefined || second !== undefined || statement.tier === "read") return [];
    if (statement.prepares !== undefined || statement.operations.some(({ tier }) => tier === "admin"))
      return [];
    // A comment at its end would swallow what a wrapping puts behind it.
    return [{ ...one, sql: `${one.sql}\n`, kind: kinds[statement.verb] ?? "other" }];
  });

test("no wrapping makes a read of a write, and what was written is still named", () => {
  let understood = 0;
  fc.assert(
    fc.property(wrapped(writes), ({ base, sql }) => {
      const statements = statementsOf(sql);
      if (statements === undefined) return;
      understood += 1;
      const operations = statements.flatMap((statement) => statement.operations);
      expect(operations.some(({ tier }) => tier !== "read")).toBe(true);
      if (operations.some(({ kind, verb }) => kind === "unknown" || verb === "DO")) return;
      expect(namesOf(operations)).toEqual(expect.arrayContaining(namesOf(operationsOf(base.sql))));
    }),
    { numRuns: 4000 },
  );
  // Most wrappings fit; else this would say nothing.
  expect(understood).toBeGreaterThan(2000);
});

test("the server changes nothing by a wrapped write that nobody was told of", async () => {
  let ran = 0;
  await fc.assert(
    fc.asyncProperty(wrapped(writes), async ({ base, sql }) => {
      const statements = statementsOf(sql);
      if (statements === undefined) return;
      const { error, changes } = await server.run({ sql });
      if (error === undefined) ran += 1;
      const said = statements.map((statement) => inPlace(statement, statements));
      expect(untold(base, said, changes)).toEqual([]);
    }),
    { numRuns: 250 },
  );
  expect(ran).toBeGreaterThan(80);
});

function operationsOf(sql: string) {
  return (statementsOf(sql) ?? []).flatMap((statement) => statement.operations);
}

function namesOf(operations: ReturnType<typeof operationsOf>): string[] {
  return operations.flatMap(({ objects }) =>
    objects
      .filter(({ role }) => role !== "read")
      .map(({ name, role, schema = "" }) => `${role} ${schema}.${name}`),
  );
}
