import { randomBytes } from "node:crypto";
import { simulate } from "@custody/capture/postgres";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDatabase, sharedPostgres } from "../postgres/shared.ts";
import { doorTo, requestOf } from "../simulate/simulated-database.ts";
import { type ProxiedDatabase, proxyDatabase } from "./proxied-database.ts";
import { WireClient } from "./wire-client.ts";

/** The catalogue does not answer, or may not be asked. Statements go on by what their texts say. */
const role = `reader_${randomBytes(6).toString("hex")}`;
let database: Awaited<ReturnType<typeof createDatabase>>;
let owner: Client;
let proxied: ProxiedDatabase;
let client: WireClient;

beforeAll(async () => {
  database = await createDatabase();
  owner = new Client({ connectionString: database.url });
  await owner.connect();
  await owner.query(`
    CREATE TABLE t (id int PRIMARY KEY);
    INSERT INTO t VALUES (1);
    CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE TABLE ruled (id int);
    CREATE RULE quiet AS ON DELETE TO ruled WHERE old.id < 0 DO INSTEAD NOTHING;
    CREATE SCHEMA other;
    CREATE TABLE other.ruled (id int);
    CREATE ROLE ${role} LOGIN PASSWORD 'custody';
    GRANT USAGE ON SCHEMA other TO ${role};
    GRANT SELECT, INSERT, DELETE ON t, other.ruled TO ${role};
  `);
  proxied = await proxyDatabase(sharedPostgres().url(database.name, role));
  client = await WireClient.connect(proxied.url);
});
afterAll(async () => {
  await client.close();
  await proxied.close();
  await owner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  await owner.end();
  await database.drop();
});

const failures = () => proxied.recorder.drafts.filter(({ type }) => type === "db.catalogue.failed");
const kindsOf = (text: string) =>
  proxied.recorder
    .statements()
    .findLast(({ statement }) => statement?.text === text)
    ?.operations?.map(({ kind }) => kind);

describe("a table that somebody else holds to himself", () => {
  test("does not keep a statement waiting that only has its name in common", async () => {
    await owner.query("BEGIN; LOCK TABLE ruled IN ACCESS EXCLUSIVE MODE");
    const another = await WireClient.connect(proxied.url);
    const answers = await Promise.all([
      client.query("DELETE FROM other.ruled WHERE id = one()"),
      another.query("SELECT one() FROM t"),
    ]);
    expect(answers.map((lines) => lines.filter((line) => line.startsWith("complete")))).toEqual([
      ["complete DELETE 0"],
      ["complete SELECT 1"],
    ]);
    // It is held until here, so nobody has waited for it.
    await owner.query("ROLLBACK");
    await another.close();
    expect(kindsOf("DELETE FROM other.ruled WHERE id = one()")).toEqual(["delete", "unknown"]);
    expect(failures()).toHaveLength(1);
    expect(failures()[0]).toMatchObject({
      details: { message: "the catalogue did not answer within 2000 ms" },
      level: "warning",
    });
  });

  test("is asked again when it is free", async () => {
    proxied.recorder.clear();
    await expect
      .poll(async () => {
        await client.query("SELECT one() + 2 FROM other.ruled");
        return kindsOf("SELECT one() + 2 FROM other.ruled");
      })
      .not.toContain("unknown");
  });
});

describe("a role that may not look", () => {
  beforeAll(async () => {
    await owner.query("REVOKE SELECT ON pg_catalog.pg_proc, pg_catalog.pg_class FROM PUBLIC");
    proxied.recorder.clear();
    // What was seen before would count for a while.
    await client.query("CREATE TEMP TABLE changes_the_catalogue ()");
  });

  test("has its statements carried out, and calls are unknown", async () => {
    expect(await client.query("SELECT one() AS n")).toContain("row 1");
    expect(await client.query("INSERT INTO t VALUES (2)")).toContain("complete INSERT 0 1");
    expect(kindsOf("SELECT one() AS n")).toEqual(["read", "unknown"]);
    expect(kindsOf("INSERT INTO t VALUES (2)")).toEqual(["insert"]);
    expect(failures().map(({ details }) => details)).toEqual([
      { message: "permission denied for table pg_class" },
    ]);
  });

  test("gets no simulation, and hears why", async () => {
    const asked = simulate(doorTo(sharedPostgres().url(database.name, role)), requestOf("DELETE FROM t"));
    await expect(asked).rejects.toMatchObject({
      code: "SIMULATION_UNMEASURED",
      message: expect.stringContaining("permission denied for table"),
    });
    expect((await owner.query("SELECT id FROM t ORDER BY id")).rows).toEqual([{ id: 1 }, { id: 2 }]);
  });
});
