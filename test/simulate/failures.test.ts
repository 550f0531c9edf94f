import { readFileSync } from "node:fs";
import { join } from "node:path";
import { simulate } from "@custody/capture/postgres";
import { Client } from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { startPostgres } from "../postgres/server.ts";
import { sharedPostgres } from "../postgres/shared.ts";
import { cuttableWay, doorTo, impactOf, requestOf, useDatabase } from "./simulated-database.ts";

const database = useDatabase(`
  CREATE TABLE t (id serial PRIMARY KEY, v text);
  INSERT INTO t (v) SELECT 'v' || i FROM generate_series(1, 10) i;
  CREATE TABLE late (t int REFERENCES t DEFERRABLE INITIALLY DEFERRED);
  INSERT INTO late SELECT generate_series(1, 3);
  CREATE FUNCTION loops() RETURNS void LANGUAGE plpgsql AS $$ BEGIN LOOP DELETE FROM t; END LOOP; END $$;
  CREATE FUNCTION lifts() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('statement_timeout', '0', true); PERFORM set_config('lock_timeout', '0', true); LOOP END LOOP;
  END $$;
  CREATE FUNCTION hides() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('search_path', 'evil, pg_catalog', false); DELETE FROM public.t WHERE id < 4; END $$;
  CREATE FUNCTION blinds() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    PERFORM set_config('track_counts', 'off', false); DELETE FROM public.t WHERE id < 4; END $$;
  CREATE SCHEMA evil;
  CREATE FUNCTION evil.yes(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false';
  CREATE OPERATOR evil.= (leftarg = text, rightarg = text, function = evil.yes);
`);

describe("what the server refuses is an answer", () => {
  test.each([
    ["INSERT INTO t (id) VALUES (1)", "23505", "duplicate key"],
    ["DELETE FROM nowhere", "42P01", "nowhere"],
    ["DELETE FROM t WHERE id IN (1, 2)", "23503", "foreign key"],
    ["SELECT 1/0", "22012", "division by zero"],
    ["UPDATE t SET v = 'x'; INSERT INTO late VALUES (99)", "23503", "foreign key"],
  ])("%s", async (statement, code, message) => {
    const answer = await database.unchanged(() => database.ask(statement));
    expect(answer).toMatchObject({
      code,
      message: expect.stringContaining(message),
      outcome: "failed",
      why: "error",
    });
  });

  test("a sequence that was used until then is named", async () => {
    const answer = await database.ask("INSERT INTO t (v) VALUES ('x'); SELECT 1/0");
    expect(answer).toMatchObject({ outcome: "failed", sideEffects: [{ kind: "sequence" }] });
  });

  test("a parameter too few", async () => {
    expect(await database.ask("DELETE FROM t WHERE id = $1")).toMatchObject({
      code: "08P01",
      outcome: "failed",
    });
    const two = await database.ask("SELECT 1; SELECT 2", { parameters: ["1"] });
    expect(two).toMatchObject({ code: "parameters", outcome: "not-simulatable" });
  });

  test("a privilege that is missing", async () => {
    await database.client.query(`CREATE ROLE simulate_reader LOGIN PASSWORD 'custody';
      GRANT SELECT ON t TO simulate_reader`);
    const name = new URL(database.url).pathname.slice(1);
    const url = sharedPostgres().url(name, "simulate_reader");
    expect(await database.unchanged(() => database.ask("DELETE FROM t", { url }))).toMatchObject({
      code: "42501",
      outcome: "failed",
    });
    await database.client.query("GRANT DELETE ON late TO simulate_reader");
    const blind = await database.unchanged(() => database.simulate("DELETE FROM late", { url }));
    expect(impactOf(blind)).toEqual({ "public.late": "+0 ~0 -3" });
    expect(blind.tables[0]?.before).toMatchObject({
      rows: [],
      unread: expect.stringContaining("permission denied"),
    });
    await database.client.query("GRANT TRUNCATE ON late TO simulate_reader");
    const uncounted = await database.unchanged(() => database.simulate("TRUNCATE late", { url }));
    expect(uncounted.tables[0]?.removed).toBeNull();
    expect(uncounted.notes).toEqual([expect.stringContaining("permission denied")]);
    await database.client.query("DROP OWNED BY simulate_reader; DROP ROLE simulate_reader");
  });
});

describe("what takes too long ends", () => {
  test("a lock of somebody else", async () => {
    const other = new Client({ connectionString: database.url });
    await other.connect();
    await other.query("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
    const answer = await database.ask("DELETE FROM t", { lockTimeoutMs: 100 }).finally(() => other.end());
    expect(answer).toMatchObject({ code: "55P03", outcome: "failed", why: "lock" });
    await database.unchanged(async () => {});
  });

  test("a function that loops", async () => {
    const answer = await database.unchanged(() => database.ask("SELECT loops()", { timeoutMs: 200 }));
    expect(answer).toMatchObject({ code: "57014", outcome: "failed", why: "timeout" });
  });

  test("a function that lifts the limits first", async () => {
    const answer = await database.unchanged(() => database.ask("SELECT lifts()", { timeoutMs: 200 }));
    expect(answer).toMatchObject({ code: "57014", outcome: "failed", why: "timeout" });
  });
});

describe("what a statement sets does not change how it is measured", () => {
  test("names of its own before those of the server", async () => {
    const answer = await database.unchanged(() => database.simulate("DELETE FROM late; SELECT hides()"));
    expect(impactOf(answer)).toEqual({ "public.late": "+0 ~0 -3", "public.t": "+0 ~0 -3" });
  });

  test("counting turned off", async () => {
    const answer = await database.unchanged(() => database.ask("DELETE FROM late; SELECT blinds()"));
    expect(answer).toMatchObject({ code: "uncounted", outcome: "not-simulatable" });
  });
});

describe("a connection that is not there, or ends", () => {
  const closing: (() => void)[] = [];
  afterAll(() => {
    for (const close of closing) close();
  });

  test("no server", async () => {
    const way = await cuttableWay(database.url);
    way.close();
    const asked = simulate(doorTo(way.url), requestOf("SELECT 1"));
    await expect(asked).rejects.toMatchObject({ code: "UPSTREAM_UNREACHABLE" });
  });

  test("a password that is wrong", async () => {
    const url = new URL(database.url);
    url.password = "wrong";
    await expect(simulate(doorTo(url.href), requestOf("SELECT 1"))).rejects.toMatchObject({
      code: "UPSTREAM_REFUSED",
    });
  });

  const runsUntilCut = "DELETE FROM late; SELECT pg_sleep(60)";
  const pid = `SELECT pid FROM pg_stat_activity WHERE application_name = 'custody simulate'
    AND query LIKE '%pg_sleep(60)%' AND datname = current_database()`;
  const running = () =>
    expect.poll(async () => (await database.client.query(pid)).rows.length, { timeout: 10_000 }).toBe(1);

  test("ended by the server's administrator", async () => {
    await database.unchanged(async () => {
      const lost = expect(database.ask(runsUntilCut)).rejects.toMatchObject({
        code: "SIMULATION_LOST",
        message: expect.stringContaining("administrator"),
      });
      await running();
      await database.client.query(`SELECT pg_terminate_backend(pid) FROM (${pid}) each`);
      await lost;
    });
  });

  test("cut in between", async () => {
    const way = await cuttableWay(database.url);
    closing.push(way.close);
    const asked = database.ask(runsUntilCut, { url: way.url });
    const lost = expect(asked).rejects.toMatchObject({ code: "SIMULATION_LOST" });
    await running();
    way.cut();
    await lost;
    await database.client.query(`SELECT pg_terminate_backend(pid) FROM (${pid}) each`);
    await database.unchanged(async () => {});
  });

  test("a server whose processes are killed, and which starts again", async () => {
    const server = await startPostgres();
    const client = new Client({ connectionString: server.url() });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.query("CREATE TABLE t AS SELECT 1 AS id");
      // By itself, for in one string it would come before the commit; and this server does not sync commits.
      await client.query("CHECKPOINT");
      const asked = simulate(doorTo(server.url()), requestOf("DELETE FROM t; SELECT pg_sleep(60)"));
      const lost = expect(asked).rejects.toMatchObject({ code: "SIMULATION_LOST" });
      const asleep = `SELECT pid FROM pg_stat_activity
        WHERE application_name = 'custody simulate' AND query LIKE '%pg_sleep(60)%'`;
      await expect.poll(async () => (await client.query(asleep)).rows.length, { timeout: 10_000 }).toBe(1);
      process.kill((await client.query<{ pid: number }>(asleep)).rows[0]?.pid ?? 0, "SIGKILL");
      await lost;
      // The server ends every other process too, and recovers what was committed.
      const again = () => simulate(doorTo(server.url()), requestOf("DELETE FROM t")).catch(() => undefined);
      await expect
        .poll(again, { timeout: 30_000 })
        .toMatchObject({ outcome: "simulated", tables: [{ deleted: 1 }] });
    } finally {
      await client.end().catch(() => {});
      await server.stop();
    }
  });

  test("a server that stops at once, as in a crash", async () => {
    const server = await startPostgres();
    const client = new Client({ connectionString: server.url() });
    client.on("error", () => {});
    try {
      await client.connect();
      const asked = simulate(doorTo(server.url()), requestOf("SELECT pg_sleep(60)"));
      const lost = expect(asked).rejects.toMatchObject({ code: "SIMULATION_LOST" });
      const asleep = `SELECT pid FROM pg_stat_activity
        WHERE application_name = 'custody simulate' AND query LIKE '%pg_sleep(60)%'`;
      await expect.poll(async () => (await client.query(asleep)).rows.length, { timeout: 10_000 }).toBe(1);
      const [postmaster] = readFileSync(join(server.dataDir, "postmaster.pid"), "utf8").split("\n");
      process.kill(Number(postmaster), "SIGQUIT");
      await lost;
    } finally {
      await client.end().catch(() => {});
      await server.stop();
    }
  });
});
