import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classify, loadParser } from "../../packages/capture/src/postgres/classify/classify.ts";
import type { ClassifiedStatement } from "../../packages/capture/src/postgres/classify/statement.ts";
import { render } from "../postgres/effects/render.ts";
import type { Case } from "./case.ts";
import { families } from "./families.ts";
import { inPlace, untold } from "./judge.ts";
import { type CorpusServer, openCorpusServer } from "./server.ts";

await loadParser();
let server: CorpusServer;
beforeAll(async () => {
  server = await openCorpusServer();
});
afterAll(() => server.close());

const statementsOf = (sql: string) => classify(sql, { database: "shop" });

describe.each(families)("$name", ({ cases }) => {
  test.for(cases)("$sql", async (one, { skip }) => {
    const statements = statementsOf(one.sql);
    expect(statements.map(render)).toEqual([one.effects].flat());
    if (one.unasked !== undefined) return;
    if (one.since !== undefined && server.major < one.since) return skip(`new in ${one.since}`);
    const { error, changes } = await server.run(one);
    expect(error?.slice(0, 5)).toBe(one.fails);
    const complaints = untold(one, withCursors(one, statements), changes);
    if (one.untold === undefined) expect(complaints).toEqual([]);
    else expect(complaints).not.toEqual([]);
  });
});

function withCursors({ after = [] }: Case, statements: readonly ClassifiedStatement[]) {
  const earlier = [...after.flatMap(statementsOf), ...statements];
  return statements.map((statement) => inPlace(statement, earlier));
}
