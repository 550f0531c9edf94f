import { Client } from "pg";
import { expect, test } from "vitest";
import { functionReach } from "../../packages/capture/src/postgres/classify/functions.ts";
import { type CorpusServer, openCorpusServer } from "./server.ts";

/** A value of each type that is worth an attempt; a function with an argument of another type is not called. */
const samples: Readonly<Record<string, string>> = {
  anyarray: "ARRAY[1, 2]",
  anycompatible: "1",
  anycompatiblearray: "ARRAY[1, 2]",
  anyelement: "1",
  anynonarray: "1",
  anyrange: "int4range(1, 2)",
  any: "'a'::text",
  bool: "true",
  bytea: "'\\x01'::bytea",
  char: "'a'::\"char\"",
  date: "'2024-01-01'::date",
  float4: "1::float4",
  float8: "1::float8",
  inet: "'1.2.3.4'::inet",
  int2: "1::int2",
  int4: "4242",
  int8: "1::int8",
  interval: "'1 second'::interval",
  json: `'{"a": 1}'::json`,
  jsonb: `'{"a": 1}'::jsonb`,
  jsonpath: "'$.a'::jsonpath",
  name: "'users'::name",
  numeric: "1::numeric",
  oid: "'counter'::regclass::oid",
  pg_lsn: "'0/1'::pg_lsn",
  pg_snapshot: "pg_current_snapshot()",
  record: "ROW(1, 'a'::text)",
  regclass: "'counter'::regclass",
  regconfig: "'simple'::regconfig",
  regdictionary: "'simple'::regdictionary",
  text: "'users'::text",
  time: "'12:00'::time",
  timestamp: "'2024-01-01'::timestamp",
  timestamptz: "'2024-01-01'::timestamptz",
  tsquery: "'a'::tsquery",
  tsvector: "'a'::tsvector",
  uuid: "'00000000-0000-0000-0000-000000000000'::uuid",
  varchar: "'a'::varchar",
  xid: "'3'::xid",
  xid8: "'3'::xid8",
  xml: "'<a/>'::xml",
  _int2: "ARRAY[1::int2]",
  _int4: "ARRAY[1]",
  _oid: "ARRAY['users'::regclass::oid]",
  _text: "ARRAY['a'::text]",
  _name: "ARRAY['a'::name]",
};

/** They wait, or take the transaction id that they tell of. */
const notCalled = /^(pg_sleep.*|pg_current_xact_id|txid_current)$/;

test("every overload of a function that is called harmless changes nothing when it is called", async () => {
  const server = await openCorpusServer();
  try {
    const calls = await harmlessCalls(server.url);
    expect(calls.length).toBeGreaterThan(1500);
    expect(await changes(server, ["pg_backend_pid()", "nextval('counter')"])).toBe(true);
    for (let at = 0; at < calls.length; at += 100) {
      const some = calls.slice(at, at + 100);
      if (await changes(server, some))
        expect(await filter(some, (call) => changes(server, [call]))).toEqual([]);
    }
  } finally {
    await server.close();
  }
});

/** Functions cannot be called with anything: errors are no news. Each call has a subtransaction of its own. */
async function changes(server: CorpusServer, calls: readonly string[]): Promise<boolean> {
  const attempts = calls.map((call) => `BEGIN PERFORM ${call}; EXCEPTION WHEN OTHERS THEN NULL; END;`);
  const { error, changes } = await server.run({ sql: `DO $do$ BEGIN ${attempts.join("\n")} END $do$` });
  expect(error).toBeUndefined();
  const { tables, catalogue, sequences, tookXid } = changes;
  return tookXid || tables.length + catalogue.length + sequences.length > 0;
}

async function harmlessCalls(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query({
    text: `SELECT proname, prokind, ARRAY(SELECT typname FROM unnest(proargtypes::oid[]) WITH ORDINALITY a (id, at)
        JOIN pg_type t ON t.oid = a.id ORDER BY at)::text[] AS types
      FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN ('f', 'a')
      ORDER BY proname COLLATE "C", proargtypes`,
  });
  await client.end();
  return rows.flatMap(({ proname, types }: { proname: string; types: string[] }) => {
    if (functionReach(undefined, proname) !== "harmless" || notCalled.test(proname)) return [];
    const values = types.map((type) => samples[type]);
    return values.includes(undefined) ? [] : [`pg_catalog."${proname}"(${values.join(", ")})`];
  });
}

async function filter<Item>(items: readonly Item[], keep: (item: Item) => Promise<boolean>): Promise<Item[]> {
  const kept: Item[] = [];
  for (const item of items) if (await keep(item)) kept.push(item);
  return kept;
}
