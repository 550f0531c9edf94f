import { compilePolicy, type Freezes, frozen, policyDecider } from "@custody/policy";
import { expect, test } from "vitest";
import { useProxy } from "../capture/fixture.ts";
import { sync, unnamed } from "../capture/wire-client.ts";

const freezes: Freezes = new Map([
  [
    "target shop",
    { by: "ada", id: "1", reason: "nobody writes now", since: "2026-01-01T00:00:00Z", target: "shop" },
  ],
]);

const policy = policyDecider(compilePolicy("version: 1", "policy.yaml"));

/** Nothing but reads is allowed, for a superuser, before tables that all of these statements would change. */
const proxied = useProxy(
  `CREATE TABLE firms (id int PRIMARY KEY, name text);
   CREATE TABLE people (id bigserial PRIMARY KEY, firm int REFERENCES firms ON DELETE CASCADE, name text, email text);
   INSERT INTO firms SELECT i, 'firm ' || i FROM generate_series(1, 5) i;
   INSERT INTO people (firm, name) SELECT i, 'name ' || i FROM generate_series(1, 5) i;
   CREATE FUNCTION wipe() RETURNS void LANGUAGE sql AS 'DELETE FROM people'`,
  { decider: { decide: (action) => frozen(freezes, action) ?? policy.decide(action) } },
);

const ways: readonly (readonly string[])[] = [
  ["DELETE FROM people"],
  ["WITH d AS (DELETE FROM people RETURNING 1) SELECT count(*) FROM d"],
  ["SELECT wipe()"],
  ["EXPLAIN ANALYZE DELETE FROM people"],
  ["DO $x$ BEGIN EXECUTE 'DEL' || 'ETE FROM people'; END $x$"],
  ["PREPARE p AS DELETE FROM people", "EXECUTE p"],
  ["MERGE INTO people p USING firms f ON p.firm = f.id WHEN MATCHED THEN DELETE"],
  ["DELETE FROM firms"],
  ["TRUNCATE firms CASCADE"],
  ["ALTER TABLE people DROP COLUMN email"],
  ['SELECT 1; DELETE /* x */ FROM "people"'],
  ["SELECT '--'; DELETE FROM people; --'"],
  ["COPY people (firm, name) FROM STDIN"],
  ["CREATE TABLE x AS SELECT * FROM people"],
  ["INSERT INTO firms VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = 'x'"],
  ["SELECT setval('people_id_seq', 1)"],
  ["SELECT lo_create(0)"],
];

const reads = [
  "SELECT count(*) FROM people",
  "EXPLAIN DELETE FROM people",
  "SHOW search_path",
  "COPY people TO STDOUT",
  "BEGIN READ ONLY; SELECT 1; COMMIT",
];

const state = () =>
  proxied.truth(`SELECT (SELECT md5(string_agg(f::text, '' ORDER BY id)) FROM firms f),
    (SELECT md5(string_agg(p::text, '' ORDER BY id)) FROM people p), (SELECT last_value FROM people_id_seq),
    (SELECT count(*) FROM pg_largeobject_metadata), to_regclass('x')`);

test("none of seventeen ways to write gets through, by either protocol", async () => {
  const before = await state();
  expect(ways).toHaveLength(17);
  for (const statements of ways) {
    const simple = await proxied.connect();
    for (const sql of statements) expect(await simple.query(sql)).toEqual(refused(sql));
    const extended = await proxied.connect();
    for (const sql of statements) {
      const answers = await extended.run(...unnamed(sql), sync);
      expect(answers.filter((line) => line !== "parse-complete")).toEqual(refused(sql));
    }
    expect(await simple.query("SELECT 1")).toContain("row 1");
    expect(await extended.query("SELECT 1")).toContain("row 1");
  }
  expect(await state()).toEqual(before);
});

/** The extended protocol has no messages of several statements; what was never prepared cannot be executed. */
function refused(sql: string): unknown {
  const code = /^EXECUTE/.test(sql) ? "26000|42501" : "42501|42601";
  return [expect.stringMatching(new RegExp(`^error ERROR (${code}) `)), "ready idle"];
}

test.each(reads)("but this is a read: %s", async (sql) => {
  const agent = await proxied.connect();
  expect((await agent.query(sql)).filter((line) => line.startsWith("error"))).toEqual([]);
});
