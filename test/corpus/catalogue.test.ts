import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CatalogueQuery } from "../../packages/capture/src/postgres/catalogue/ask-catalogue.ts";
import { Catalogue } from "../../packages/capture/src/postgres/catalogue/catalogue.ts";
import { mayDefine } from "../../packages/capture/src/postgres/catalogue/may-define.ts";
import { classify, loadParser } from "../../packages/capture/src/postgres/classify/classify.ts";
import type {
  ClassifiedStatement,
  StatementEffects,
} from "../../packages/capture/src/postgres/classify/statement.ts";
import { families } from "./families.ts";
import { inPlace, untold } from "./judge.ts";
import { type CorpusServer, openCorpusServer } from "./server.ts";

/** With the catalogue nothing is left untold: no cascade, no trigger, no view, nothing that a text hides. */
await loadParser();
let server: CorpusServer;
let client: Client;
let catalogue: Catalogue;
let withoutCasts: Catalogue;
beforeAll(async () => {
  server = await openCorpusServer();
  client = new Client({ connectionString: server.url });
  await client.connect();
  const query: CatalogueQuery = async (text, values) =>
    (await client.query({ rowMode: "array", text, values: [...values] })).rows as string[][];
  catalogue = catalogueOn(query);
  // A cast that deletes makes everything a write, wherever values come and go; then nothing else would be seen.
  withoutCasts = catalogueOn(async (text, values) => {
    const [[json = ""] = []] = await query(text, values);
    return [[JSON.stringify({ ...JSON.parse(json ?? ""), everywhere: [] })]];
  });
});

function catalogueOn(query: CatalogueQuery): Catalogue {
  const onFailure = (error: unknown) => {
    throw error;
  };
  return new Catalogue({ database: "shop", monotonicMs: () => 0, onFailure, query });
}

afterAll(async () => {
  await client.end();
  await server.close();
});

const asked = families.map(({ name, cases }) => ({
  cases: cases.filter(({ unasked }) => unasked === undefined),
  name,
}));

describe.each(asked)("$name", ({ cases }) => {
  test.for(cases)("$sql", async (one, { skip }) => {
    if (one.since !== undefined && server.major < one.since) return skip(`new in ${one.since}`);
    const { changes } = await server.run(one);
    const asking = /cast|domain/.test(one.untold ?? "") ? catalogue : withoutCasts;
    const earlier = (one.after ?? []).flatMap(statementsOf);
    const statements = statementsOf(one.sql);
    // What stands before it in its transaction is not there yet for anybody else.
    let isCertain = true;
    for (const statement of earlier) {
      await asking.prepare(statement, statement.text);
      if (mayDefine(asking.refined(statement, isCertain))) isCertain = false;
    }
    const told: StatementEffects[] = [];
    for (const statement of statements) {
      const effects = inPlace(statement, [...earlier, ...statements]);
      await asking.prepare(effects, statement.text);
      told.push(asking.refined(effects, isCertain));
    }
    const complaints = untold(
      { ...one, also: namesNoTable.test(one.sql) ? (one.also ?? []) : [] },
      told,
      changes,
    );
    expect(complaints).toEqual([]);
  });
});

/** They name a schema, a role, or nothing; which tables are behind that is no question of the catalogue's to us. */
const namesNoTable = /^(DISCARD TEMP|ALTER SCHEMA|DROP OWNED)/;

function statementsOf(sql: string): readonly ClassifiedStatement[] {
  return classify(sql, { database: "shop" });
}
