import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "../capture/fixture.ts";
import { guarding, MemoryDesk } from "../capture/hold-fixture.ts";
import {
  bind,
  execute,
  parse,
  query,
  sendCancel,
  shown,
  sync,
  type WireClient,
} from "../capture/wire-client.ts";

/** Ways to change more than ten rows while a write waits in Custody's own transaction, or behind one that has passed. */
const schema = `
  CREATE TABLE people (id int PRIMARY KEY, name text);
  CREATE TABLE notes (person int REFERENCES people DEFERRABLE INITIALLY DEFERRED);
  CREATE TABLE big (id int);
  CREATE TABLE again (id int);
  CREATE TABLE slow (id int);
  CREATE TABLE part (id int) PARTITION BY RANGE (id);
  CREATE FUNCTION del(i int) RETURNS int LANGUAGE plpgsql AS
    'BEGIN DELETE FROM big WHERE id = i; RETURN i; END';
  CREATE FUNCTION wipe() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN DELETE FROM big WHERE id > 15; RETURN NULL; END';
  CREATE CONSTRAINT TRIGGER wipe AFTER UPDATE ON people DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION wipe();
  CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_query() LIKE 'SET CONSTRAINTS%' THEN SET CONSTRAINTS ALL DEFERRED; UPDATE again SET id = id WHERE id > 0;
    ELSE DELETE FROM big WHERE id > 0; END IF; RETURN NULL; END $$;
  CREATE CONSTRAINT TRIGGER later AFTER INSERT OR UPDATE ON again DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION later();
  CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_sleep(1); RETURN NULL; END';
  CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION wait();`;

let desk = new MemoryDesk();
const proxied = useProxy(schema, {
  approvals: { hold: (asked) => desk.desk.hold(asked), take: (asked) => desk.desk.take(asked) },
  decider: guarding({ rowsMax: 10 }),
});
const FAST = { settings: { options: "-c custody.on_hold=fail" } };
const HIDDEN = "SELECT '\\''; DELETE FROM big; --'";

beforeEach(async () => {
  desk = new MemoryDesk();
  await proxied.truth("TRUNCATE people, notes, big, again, slow, part");
  await proxied.truth("INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 30) i");
  await proxied.truth("INSERT INTO big SELECT i FROM generate_series(1, 30) i");
});

const count = async (table = "big") => (await proxied.truth(`SELECT count(*)::int FROM ${table}`))[0]?.[0];

async function begun(begin = "BEGIN"): Promise<WireClient> {
  const agent = await proxied.connect(FAST);
  await agent.query(begin);
  return agent;
}

describe("what happens on another server", () => {
  test("counts as beyond every limit, also behind a view, and what its transaction writes after it does", async () => {
    const { hostname, password, pathname, port } = new URL(proxied.directUrl);
    const server = `host '${hostname}', port '${port}', dbname '${pathname.slice(1)}'`;
    await proxied.truth(`CREATE EXTENSION postgres_fdw;
      CREATE SERVER there FOREIGN DATA WRAPPER postgres_fdw OPTIONS (${server});
      CREATE USER MAPPING FOR CURRENT_USER SERVER there OPTIONS (user 'postgres', password '${password}');
      CREATE FOREIGN TABLE remote (id int) SERVER there OPTIONS (table_name 'big');
      CREATE VIEW over AS SELECT * FROM remote`);
    try {
      const agent = await begun("SELECT 1");
      expect(await agent.query("SELECT count(*) FROM remote")).toContain("row 30");
      for (const sql of ["UPDATE remote SET id = 99 WHERE id = 1", "DELETE FROM over WHERE id = 1"])
        expect((await agent.query(sql)).at(0), sql).toMatch(/^error ERROR 42501 Custody holds/);
      await agent.query("BEGIN");
      // It is undone there as well, as far as one can see.
      expect((await agent.query("INSERT INTO remote VALUES (100)")).at(0)).toMatch(/^error ERROR 42501/);
      await agent.query("ROLLBACK");
      expect(await agent.query("INSERT INTO big VALUES (31)")).toEqual(["complete INSERT 0 1", "ready idle"]);
      expect(await count()).toBe(31);
    } finally {
      await proxied.truth("DROP EXTENSION postgres_fdw CASCADE");
    }
  });
});

describe("the server and Custody read the next statement alike", () => {
  const off = {
    settings: { options: "-c standard_conforming_strings=off -c custody.on_hold=fail" },
  };

  test.each<readonly [string, (agent: WireClient) => Promise<unknown>]>([
    [
      "a SET LOCAL in front of it, which its COMMIT takes back",
      (agent) => agent.query("SET LOCAL standard_conforming_strings = on; INSERT INTO people VALUES (99)"),
    ],
    [
      "a SET whose COMMIT fails",
      async (agent) => {
        await agent.query("BEGIN");
        await agent.query("SET standard_conforming_strings = on");
        await agent.query("INSERT INTO notes VALUES (99)");
        return agent.query("COMMIT");
      },
    ],
    [
      "a set_config that fails with it",
      (agent) =>
        agent.query(
          "SELECT set_config('standard_conforming_strings', 'on', false); INSERT INTO notes VALUES (99)",
        ),
    ],
  ])("behind %s", async (_name, attempt) => {
    const agent = await proxied.connect(off);
    await attempt(agent);
    expect((await agent.query(HIDDEN)).join()).toContain("standard_conforming_strings is off");
    expect(await count()).toBe(30);
  });

  test("and a client is told of its settings what it would have been told", async () => {
    const told = async (agent: WireClient, sql: string) => {
      agent.send(query(sql));
      const messages = await agent.until("ready-for-query");
      return messages.map(({ type, ...more }) => (type === "parameter-status" ? { type, ...more } : type));
    };
    const [through, directly] = [await proxied.connect(), await proxied.connectDirectly()];
    for (const sql of [
      "SET LOCAL TimeZone = 'Asia/Tokyo'; INSERT INTO big VALUES (99)",
      "SET TimeZone = 'Asia/Tokyo'; INSERT INTO big VALUES (99)",
      "SET TimeZone = 'Asia/Tokyo'; SET DateStyle = 'German'; INSERT INTO big VALUES (99)",
      "SET TimeZone = 'Europe/Rome'; INSERT INTO people VALUES (1)",
    ])
      expect(await told(through, sql), sql).toEqual(await told(directly, sql));
  });
});

test("nobody goes back to a savepoint of Custody's", async () => {
  const agent = await begun();
  await agent.query("UPDATE people SET name = 'x' WHERE id = 1");
  await agent.query("UPDATE people SET name = (1 / 0)::text WHERE id = 2");
  expect((await agent.query("ROLLBACK TO SAVEPOINT custody_bound")).join()).toContain("Custody's own");
  for (const sql of ["SAVEPOINT custody_bound", "RELEASE SAVEPOINT custody_bound"])
    expect((await agent.query(sql)).join(), sql).toContain("Custody's own");
  await agent.query("COMMIT");
  expect(await proxied.truth("SELECT name FROM people WHERE id = 1")).toEqual([["p1"]]);
  expect(await count()).toBe(30);
});

describe("no more than ten rows are changed", () => {
  test.each<readonly [string, (agent: WireClient) => Promise<unknown>]>([
    [
      "by the rest of a portal",
      async (agent) => {
        await agent.query("BEGIN");
        const sql = "SELECT del(i) FROM generate_series(1, 30) i";
        await agent.run(parse("", sql), bind("p", ""), execute("p", 1), sync);
        await agent.run(execute("p", 0), sync);
      },
    ],
    [
      "by a cursor that outlives its transaction",
      async (agent) => {
        await agent.query("BEGIN");
        await agent.query("DECLARE c CURSOR WITH HOLD FOR SELECT del(i) FROM generate_series(1, 30) i");
      },
    ],
    [
      "by one that makes its own",
      (agent) => agent.query("DECLARE c CURSOR WITH HOLD FOR SELECT del(i) FROM generate_series(1, 30) i"),
    ],
    ["by a trigger that puts itself off again", (agent) => agent.query("INSERT INTO again VALUES (1)")],
    [
      "by one in a transaction",
      async (agent) => {
        await agent.query("BEGIN");
        await agent.query("INSERT INTO again VALUES (1)");
      },
    ],
  ])("%s", async (_name, attempt) => {
    const agent = await proxied.connect(FAST);
    await attempt(agent);
    await agent.query("COMMIT");
    expect(await count()).toBe(30);
  });

  test("by a trigger that was made since the transaction's snapshot", async () => {
    await proxied.truth("ALTER TABLE people DISABLE TRIGGER wipe");
    await proxied.truth("DROP TRIGGER wipe ON people");
    await proxied.truth("DROP TRIGGER later ON again");
    await proxied.truth("DROP TRIGGER wait ON slow");
    const agent = await begun("BEGIN ISOLATION LEVEL REPEATABLE READ");
    await agent.query("SELECT 1 FROM big LIMIT 1");
    await proxied.truth(`CREATE CONSTRAINT TRIGGER wipe AFTER UPDATE ON people DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION wipe()`);
    await agent.query("UPDATE people SET name = 'x' WHERE id = 1");
    expect((await agent.query("COMMIT")).join()).toContain("put off");
    expect(await count()).toBe(30);
    await proxied.truth(`CREATE CONSTRAINT TRIGGER later AFTER INSERT OR UPDATE ON again DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION later()`);
    await proxied.truth(`CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION wait()`);
  });

  test("in a partition that was made since the transaction's snapshot", async () => {
    const agent = await begun("BEGIN ISOLATION LEVEL REPEATABLE READ");
    await agent.query("SELECT 1 FROM big LIMIT 1");
    await proxied.truth("CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (100)");
    expect((await agent.query("INSERT INTO part SELECT generate_series(1, 50)")).join()).toContain("holds");
    await agent.query("COMMIT");
    expect(await count("part")).toBe(0);
    await proxied.truth("DROP TABLE part1");
  });

  test("twice, since they were approved once", async () => {
    const agent = await proxied.connect();
    await agent.query("BEGIN");
    const done = agent.query("DELETE FROM big WHERE id <= 15; UPDATE people SET name = 'x' WHERE id = 1");
    const { text } = await desk.waiting();
    expect((JSON.parse(text) as { impact: { byTable: unknown } }).impact.byTable).toMatchObject([
      { deleted: 15, name: "big" },
      { name: "people", updated: 1 },
    ]);
    await desk.answer("approve");
    await done;
    expect((await agent.query("COMMIT")).join()).toContain("put off");
    expect(await count()).toBe(30);
  });
});

describe("a COMMIT that Custody looks at", () => {
  test("is answered as a cancelled one, and on record, whenever the cancellation comes", async () => {
    for (let round = 0; round < 40; round += 1) {
      const agent = await begun();
      await agent.query("UPDATE people SET name = 'x' WHERE id = 1");
      const cancels = Array.from({ length: 4 }, () => sendCancel(proxied.port, agent));
      await new Promise((resolve) => setTimeout(resolve, (round % 12) / 4));
      agent.send(query("COMMIT"));
      const said = (await agent.until("ready-for-query")).map(shown).join();
      await Promise.all(cancels);
      expect(said).toMatch(/complete COMMIT|complete ROLLBACK|57014|put off/);
      expect((await agent.query("SELECT 1")).join()).toMatch(/row 1|57014/);
      await agent.close();
    }
  });

  test("has its end on record when the server goes away in the middle", async () => {
    const agent = await begun();
    await agent.query("INSERT INTO slow VALUES (1)");
    agent.send(query("COMMIT"));
    await expect
      .poll(
        () =>
          proxied.truth(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SET CONSTRAINTS%' AND pid <> pg_backend_pid()",
          ),
        { interval: 50 },
      )
      .toEqual([[true]]);
    expect((await agent.until("error-response")).map(shown).join()).toContain("FATAL 57P01");
    await agent.close();
    await proxied.settled();
    const commits = proxied.recorder.statements().filter(({ statement }) => statement?.text === "COMMIT");
    expect(commits.map(({ type }) => type)).toEqual(["db.statement.requested", "db.statement.cancelled"]);
  });
});

test("a limited write goes on when its client goes away, as it does without Custody", async () => {
  const agent = await proxied.connect();
  agent.send(query("INSERT INTO slow VALUES (1)"));
  await expect
    .poll(
      () =>
        proxied.truth(
          "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SET CONSTRAINTS%'",
        ),
      {
        interval: 50,
      },
    )
    .toEqual([[1]]);
  await agent.kill();
  await expect.poll(() => count("slow")).toBe(1);
  await proxied.settled();
});
