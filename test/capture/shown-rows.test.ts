import type { Asked, SampledRows, TableSample } from "@custody/domain";
import { beforeEach, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { guarding, MemoryDesk } from "./hold-fixture.ts";
import { type ProxiedOptions, proxyDatabase } from "./proxied-database.ts";
import { WireClient } from "./wire-client.ts";

// What a human sees of rows is what will last, whatever an agent has made of its session, and of the database before.

let desk = new MemoryDesk();
const decider = guarding({
  approval: { approvers: 1, at: "commit", validMs: 900_000, waitMs: 600_000 },
  rowsMax: 0,
});
const schema = `
CREATE TABLE people (id int PRIMARY KEY, name text);
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TYPE pair AS (a int, b text);
CREATE FUNCTION lie(mood) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'harmless' $$;
CREATE FUNCTION lie(pair) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'harmless' $$;
CREATE CAST (mood AS text) WITH FUNCTION lie(mood);
CREATE CAST (pair AS text) WITH FUNCTION lie(pair);
CREATE TABLE typed (id int PRIMARY KEY, mood mood, pair pair, moods mood[]);
CREATE TABLE measured (at timestamptz PRIMARY KEY, much float8, data bytea, often interval);
CREATE TABLE hidden (id int PRIMARY KEY, name text);
ALTER TABLE hidden ENABLE ROW LEVEL SECURITY;
ALTER TABLE hidden FORCE ROW LEVEL SECURITY;
CREATE POLICY adds ON hidden FOR INSERT WITH CHECK (true);
CREATE POLICY sees ON hidden FOR SELECT USING (name = 'seen');
CREATE TABLE parted (id int) PARTITION BY RANGE (id);
CREATE TABLE victim (id int);
CREATE TABLE watched (id int);
CREATE TABLE plain (id int);
CREATE FUNCTION empty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'TRUN' || 'CATE victim'; RETURN new; END $$;
CREATE TRIGGER empty AFTER INSERT ON watched FOR EACH ROW EXECUTE FUNCTION empty();
CREATE RULE also AS ON INSERT TO plain DO ALSO INSERT INTO watched VALUES (new.id);`;
const options = {
  approvals: {
    hold: (asked: Asked) => desk.desk.hold(asked),
    take: (asked: Asked) => desk.desk.take(asked),
  },
  decider,
} satisfies ProxiedOptions;
const proxied = useProxy(schema, options);

beforeEach(async () => {
  desk = new MemoryDesk();
  await proxied.truth("TRUNCATE people, typed, measured");
  await proxied.truth("INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 30) i");
});

/** What a human is shown of a statement, which is refused then. */
async function shownOf(
  agent: WireClient,
  sql: string,
  recorder = proxied.recorder,
): Promise<SampledRows | undefined> {
  const answer = agent.query(sql);
  const { text } = await desk.waiting();
  await desk.answer("deny");
  await answer;
  if (JSON.parse(text).rows === undefined) return undefined;
  const record = recorder.drafts.findLast(({ type }) => type === "db.rows.shown");
  return JSON.parse(String(record?.details?.["rows"])) as SampledRows;
}

async function tableOf(agent: WireClient, sql: string): Promise<TableSample | undefined> {
  return (await shownOf(agent, sql))?.tables[0];
}

test("a temporary type by the name of one of the server's does not cut what is shown", async () => {
  const agent = await proxied.connect();
  await agent.query("CREATE DOMAIN pg_temp.text AS pg_catalog.varchar(20)");
  const table = await tableOf(agent, "UPDATE people SET name = 'just harmless, and then not' WHERE id = 1");
  expect(table?.after.rows).toEqual([["1", "just harmless, and then not"]]);
});

test("values of types that somebody has defined are shown as the server writes them, whatever their casts say", async () => {
  await proxied.truth("INSERT INTO typed VALUES (1, 'good', '(1,x)', '{good}'), (2, NULL, NULL, NULL)");
  const agent = await proxied.connect();
  const table = await tableOf(
    agent,
    "UPDATE typed SET mood = 'bad', pair = ROW(NULL, NULL), moods = '{bad}'",
  );
  expect([table?.before.rows, table?.after.rows]).toEqual([
    [
      ["1", "good", "(1,x)", "{good}"],
      ["2", null, null, null],
    ],
    [
      ["1", "bad", "(,)", "{bad}"],
      ["2", "bad", "(,)", "{bad}"],
    ],
  ]);
});

test("settings of the session change nothing of how values are shown, and are as before afterwards", async () => {
  await proxied.truth(
    "INSERT INTO measured VALUES ('2026-02-01 10:00Z', 123456.789, '\\x00ff', '1 day 2 hours')",
  );
  const agent = await proxied.connect();
  const settings = {
    bytea_output: "escape",
    client_encoding: "LATIN1",
    DateStyle: "SQL, DMY",
    extra_float_digits: "-15",
    IntervalStyle: "sql_standard",
    TimeZone: "Asia/Tokyo",
  };
  for (const [name, value] of Object.entries(settings)) await agent.query(`SET ${name} = '${value}'`);
  const sql = "UPDATE measured SET much = 987654.321, data = '\\x01'";
  expect(await tableOf(agent, sql)).toMatchObject({
    after: { rows: [["2026-02-01 10:00:00+00", "987654.321", "\\x01", "1 day 02:00:00"]] },
    before: { rows: [["2026-02-01 10:00:00+00", "123456.789", "\\x00ff", "1 day 02:00:00"]] },
  });
  const named = await tableOf(agent, "UPDATE people SET name = chr(233) || chr(8364) WHERE id = 1");
  expect(named?.after.rows).toEqual([["1", "é€"]]);
  for (const [name, value] of Object.entries(settings))
    expect(await agent.query(`SHOW ${name}`)).toContain(`row ${value}`);
});

test("a trigger that cannot be read is asked about before it runs, behind a rule as well", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("INSERT INTO plain VALUES (1)");
  const held = await desk.waiting();
  // After it has run, nobody could count what it has emptied.
  expect(JSON.parse(held.text).impact.notes).toEqual(["it was run, measured and taken back"]);
  await desk.answer("deny");
  await answer;
});

test("rows that row security hides from whoever reads them are said to be missing", async () => {
  const { hostname, password, pathname, port } = new URL(proxied.directUrl);
  const plain = {
    database: pathname.slice(1),
    host: hostname,
    password,
    port: Number(port),
    user: "shown_plain",
  };
  await proxied.truth(
    `CREATE ROLE shown_plain LOGIN PASSWORD '${password}'; GRANT ALL ON hidden TO shown_plain`,
  );
  const other = await proxied.another({ ...options, upstream: plain });
  const agent = await other.connect();
  const note = expect.stringMatching(
    /^not all rows of public\.hidden that were changed can be shown as they are/,
  );
  const shown = await shownOf(agent, "INSERT INTO hidden VALUES (1, 'seen'), (2, 'not')", other.recorder);
  expect(shown).toMatchObject({ notes: [note], tables: [{ after: { rows: [["1", "seen"]] } }] });
  await agent.close();
  await proxied.truth("DROP OWNED BY shown_plain; DROP ROLE shown_plain");
});

test("a table that the transaction's own snapshot does not show is said not to be read", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  await agent.query("SELECT 1");
  await proxied.truth("CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (100) TO (200)");
  const rows = await shownOf(agent, "INSERT INTO parted VALUES (101)");
  await proxied.truth("DROP TABLE parted_2");
  expect(rows?.tables[0]).toMatchObject({ after: { rows: [], unread: "no table is found by this name" } });
});

test("in a database of another encoding, a name that is not found there keeps nothing from being asked about", async () => {
  await proxied.truth("CREATE DATABASE shown_latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'");
  const url = new URL(proxied.directUrl);
  url.pathname = "/shown_latin";
  const other = await proxyDatabase(url.href, options);
  const agent = await WireClient.connect(other.url);
  await agent.query("SET client_encoding = 'UTF8'");
  await agent.query('CREATE TABLE "größe" (id int)');
  const rows = await shownOf(agent, 'INSERT INTO "größe" VALUES (1)', other.recorder);
  expect(rows?.tables[0]?.after.unread).toBe("no table is found by this name");
  await agent.close();
  await other.close();
  await proxied.truth("DROP DATABASE shown_latin WITH (FORCE)");
});

test("that no row was counted is not said without what is never counted", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("DELETE FROM pg_catalog.pg_description");
  const held = await desk.waiting();
  await desk.answer("deny");
  await answer;
  expect(JSON.parse(held.text)).toMatchObject({
    impact: {
      byTable: [],
      notes: [expect.anything(), expect.stringMatching(/does not count those of foreign tables/)],
    },
  });
});
