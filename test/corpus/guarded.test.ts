import type { Action, Decider, Decision } from "@custody/domain";
import { compilePolicy, policyDecider } from "@custody/policy";
import { beforeEach, expect, test } from "vitest";
import { useProxy } from "../capture/fixture.ts";

/** What a preset says in production about what passes the proxy here, where everything passes or nothing does. */
class Observer implements Decider {
  readonly #guarded = policyDecider(compilePolicy("version: 1\ndefault: guarded", "guarded"));
  readonly #locked = policyDecider(compilePolicy("version: 1\ndefault: locked", "locked"));
  readonly guarded: Decision[] = [];
  readonly locked: Decision[] = [];
  passes = true;

  decide(action: Action): Decision {
    const asked = { ...action, target: { ...action.target, environment: "production" as const } };
    this.guarded.push(this.#guarded.decide(asked));
    this.locked.push(this.#locked.decide(asked));
    return {
      effect: this.passes ? "allow" : "deny",
      policy: "test",
      reasons: ["the test says so"],
      rule: "test",
    };
  }
}

const observer = new Observer();

const proxied = useProxy(
  `CREATE TABLE firms (id bigserial PRIMARY KEY, name text, seen timestamptz);
   CREATE TABLE people (id bigserial PRIMARY KEY, firm bigint REFERENCES firms ON DELETE CASCADE, name text, email text);
   CREATE TABLE history (at timestamptz DEFAULT now(), what text);
   CREATE FUNCTION remember() RETURNS trigger LANGUAGE plpgsql AS
     'BEGIN INSERT INTO history (what) VALUES (TG_OP); RETURN NULL; END';
   CREATE TRIGGER remember AFTER INSERT OR UPDATE OR DELETE ON people FOR EACH ROW EXECUTE FUNCTION remember();
   CREATE FUNCTION total() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM people';
   CREATE FUNCTION wipe() RETURNS void LANGUAGE sql AS 'DELETE FROM people';
   CREATE VIEW named AS SELECT id, name FROM people WHERE name IS NOT NULL;
   INSERT INTO firms (name) SELECT 'firm ' || i FROM generate_series(1, 50) i`,
  { decider: observer },
);

beforeEach(() => {
  observer.guarded.length = 0;
  observer.locked.length = 0;
  observer.passes = true;
});

/** As an application and its migrations come, a statement after the other. */
function everyday(turn: number): readonly string[] {
  const firm = 1 + (turn % 50);
  return [
    "BEGIN",
    `INSERT INTO people (firm, name, email) VALUES (${firm}, 'name ${turn}', 'e${turn}@x') RETURNING id`,
    `UPDATE people SET email = 'f${turn}@x' WHERE name = 'name ${turn}'`,
    "COMMIT",
    `SELECT p.id, f.name FROM people p JOIN firms f ON f.id = p.firm WHERE f.id = ${firm}`,
    `UPDATE firms SET seen = now() WHERE id = ${firm}`,
    `SELECT * FROM named WHERE id = ${turn}`,
    "SELECT total()",
    `DELETE FROM people WHERE name = 'name ${turn - 20}'`,
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
  ];
}

const MIGRATION = [
  "ALTER TABLE people ADD COLUMN phone text",
  "CREATE INDEX people_phone ON people (phone)",
  "CREATE TABLE invoices (id bigserial PRIMARY KEY, person bigint REFERENCES people)",
  "DO $$ BEGIN CREATE TYPE mood AS ENUM ('glad'); EXCEPTION WHEN duplicate_object THEN NULL; END $$",
  "CREATE OR REPLACE VIEW named AS SELECT id, name FROM people WHERE name <> ''",
];

test("a thousand ordinary statements of an application, and a migration, ask nobody", async () => {
  const agent = await proxied.connect();
  for (let turn = 0; turn < 100; turn += 1)
    for (const sql of everyday(turn))
      expect((await agent.query(sql)).filter((line) => line.startsWith("error"))).toEqual([]);
  for (const sql of MIGRATION)
    expect((await agent.query(sql)).filter((line) => line.startsWith("error"))).toEqual([]);
  expect(observer.guarded).toHaveLength(1005);
  expect(observer.guarded.filter(({ effect }) => effect !== "allow")).toEqual([]);
}, 240_000);

test.each([
  "DELETE FROM people",
  "WITH d AS (DELETE FROM people RETURNING 1) SELECT count(*) FROM d",
  "SELECT wipe()",
  "EXPLAIN ANALYZE DELETE FROM people",
  "DO $x$ BEGIN EXECUTE 'DEL' || 'ETE FROM people'; END $x$",
  "PREPARE p AS DELETE FROM people",
  "TRUNCATE firms CASCADE",
  "ALTER TABLE people DROP COLUMN email",
  'SELECT 1; DELETE /* x */ FROM "people"',
  "SELECT '--'; DELETE FROM people; --'",
  "DROP TABLE people",
  "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
])("a wipe asks a human, in whatever disguise: %s", async (sql) => {
  observer.passes = false;
  const agent = await proxied.connect();
  await agent.query(sql);
  expect(observer.guarded.map(({ effect }) => effect)).toContain("approve");
  expect(observer.locked.map(({ effect }) => effect)).toContain("approve");
});

test.each([
  "COPY people (firm, name) FROM STDIN",
  "CREATE TABLE x AS SELECT * FROM people",
  "INSERT INTO firms (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = 'x'",
  "SELECT setval('people_id_seq', 1)",
  "SELECT lo_create(0)",
  "MERGE INTO people p USING firms f ON p.firm = f.id WHEN MATCHED THEN DELETE",
])("where every write asks, so does: %s", async (sql) => {
  observer.passes = false;
  const agent = await proxied.connect();
  await agent.query(sql);
  expect(observer.locked.map(({ effect }) => effect)).toContain("approve");
});

test("what only reads asks nobody anywhere", async () => {
  const agent = await proxied.connect();
  for (const sql of [
    "SELECT count(*) FROM people",
    "EXPLAIN DELETE FROM people",
    "SHOW search_path",
    "SELECT total()",
  ])
    await agent.query(sql);
  expect([...observer.locked, ...observer.guarded].filter(({ effect }) => effect !== "allow")).toEqual([]);
});
