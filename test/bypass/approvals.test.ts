import { Counters, compilePolicy, policyDecider } from "@custody/policy";
import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "../capture/fixture.ts";
import { MemoryDesk } from "../capture/hold-fixture.ts";
import {
  bind,
  close,
  execute,
  flush,
  parse,
  sendCancel,
  sync,
  unnamed,
  type WireClient,
} from "../capture/wire-client.ts";

/**
 * Ways around an approval and around a limit on rows, as an agent would try them that knows how both are made. Everybody is
 * told no, and the sum of what was changed says whether it was so.
 */
const schema = `
  CREATE TABLE stock (id int PRIMARY KEY, n int NOT NULL DEFAULT 0, kind text NOT NULL);
  CREATE TABLE orders (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);`;

let desk = new MemoryDesk();
let rules = policyDecider(compilePolicy("version: 1\nextends: guarded", "test"), new Counters());
const proxied = useProxy(schema, {
  approvals: { hold: (asked) => desk.desk.hold(asked), take: (asked) => desk.desk.take(asked) },
  decider: {
    count: (action, byTable) => rules.count(action, byTable),
    decide: (action) => rules.decide(action),
    judge: (action, byTable) => rules.judge(action, byTable),
  },
});
const FAST = { settings: { options: "-c custody.on_hold=fail" } };
const HELD = /^error ERROR 42501 Custody holds/;

beforeEach(async () => {
  desk = new MemoryDesk();
  rules = policyDecider(compilePolicy("version: 1\nextends: guarded", "test"), new Counters());
  await proxied.truth("TRUNCATE stock, orders");
  await proxied.truth("INSERT INTO stock SELECT i, 0, 'k' || i % 2 FROM generate_series(1, 20) i");
  await proxied.truth("INSERT INTO orders SELECT i FROM generate_series(1, 12000) i");
});

const changed = async (table = "stock") =>
  (await proxied.truth(`SELECT coalesce(sum(n), 0)::int FROM ${table}`))[0]?.[0];
const isHeld = (lines: readonly string[]) => lines.some((line) => HELD.test(line));

describe("a yes", () => {
  async function approved(agent: WireClient, sql: string): Promise<void> {
    expect(isHeld(await agent.query(sql))).toBe(true);
    await desk.answer("approve");
  }

  test("for a prepared statement does not go over to another one of its name", async () => {
    const agent = await proxied.connect(FAST);
    await agent.run(parse("p", "UPDATE stock SET n = n + 1"), sync);
    await approved(agent, "EXECUTE p");
    await agent.run(close("statement", "p"), parse("p", "UPDATE stock SET n = n + 100"), sync);
    const lines = await agent.query("EXECUTE p");
    expect(await changed()).toBe(0);
    expect(isHeld(lines)).toBe(true);
  });

  test("is used once, by whichever of two connections comes first", async () => {
    const [one, other] = [await proxied.connect(FAST), await proxied.connect(FAST)];
    await approved(one, "UPDATE stock SET n = n + 1");
    const lines = await Promise.all([one, other].map((agent) => agent.query("UPDATE stock SET n = n + 1")));
    expect(await changed()).toBe(20);
    expect(lines.filter(isHeld)).toHaveLength(1);
  });

  test("is not used up by parts of what was sent together, nor with more", async () => {
    const agent = await proxied.connect(FAST);
    await approved(agent, "UPDATE stock SET n = n + 1; SELECT 1");
    for (const sql of [
      "UPDATE stock SET n = n + 1",
      "UPDATE stock SET n = n + 1; SELECT 1; SELECT 2",
      "SELECT 1; UPDATE stock SET n = n + 1",
      "UPDATE stock SET n = n + 1; UPDATE stock SET n = n + 1",
    ])
      expect(isHeld(await agent.query(sql)), sql).toBe(true);
    expect(await changed()).toBe(0);
  });

  // A statement's text is its own slice of the message: what stands around it is not bound yet.
  test.fails("is not for the same statement with a space or a comment around it", async () => {
    const agent = await proxied.connect(FAST);
    await approved(agent, "UPDATE stock SET n = n + 1");
    await agent.query("UPDATE stock SET n = n + 1 ");
    expect(await changed()).toBe(0);
  });

  test("given in the moment of a cancellation is used once or not at all", async () => {
    const agent = await proxied.connect();
    const answer = agent.query("UPDATE stock SET n = n + 1");
    const held = await desk.waiting();
    await Promise.all([desk.answer("approve"), sendCancel(proxied.port, agent)]);
    await answer;
    const state = desk.desk.find(held.id)?.state;
    expect([0, 20]).toContain(await changed());
    if (state === "withdrawn") expect(await changed()).toBe(0);
    expect(isHeld(await (await proxied.connect(FAST)).query("UPDATE stock SET n = n + 1"))).toBe(true);
  });
});

describe("what needs a human is held", () => {
  const update = "UPDATE stock SET n = n + 1";

  test.each<readonly [string, (agent: WireClient) => Promise<readonly string[]>]>([
    [
      "in a pipeline that is only flushed",
      async (agent) => {
        agent.send(...unnamed(update), flush);
        await agent.until("error-response");
        return agent.run(sync);
      },
    ],
    ["behind a read in its pipeline", (agent) => agent.run(...unnamed("SELECT 1"), ...unnamed(update), sync)],
    ["behind BEGIN in the same message", (agent) => agent.query(`BEGIN; ${update}; COMMIT`)],
    ["behind COMMIT AND CHAIN", (agent) => agent.query(`BEGIN; COMMIT AND CHAIN; ${update}; COMMIT`)],
    ["before PREPARE TRANSACTION", (agent) => agent.query(`BEGIN; ${update}; PREPARE TRANSACTION 'x'`)],
    ["between savepoints", (agent) => agent.query(`BEGIN; SAVEPOINT a; ${update}; RELEASE a; COMMIT`)],
    ["in a statement that is prepared in SQL", (agent) => agent.query(`PREPARE q AS ${update}; EXECUTE q`)],
    [
      "in one that is prepared by message and executed in SQL",
      async (agent) => {
        await agent.run(parse("q", update), sync);
        return agent.query("EXECUTE q");
      },
    ],
    [
      "in a function that was made before",
      async (agent) => {
        await agent.query(`CREATE FUNCTION pg_temp.f() RETURNS void LANGUAGE sql AS '${update}'`);
        return agent.query("SELECT pg_temp.f()");
      },
    ],
    [
      "in a cursor over such a function",
      async (agent) => {
        await agent.query(`CREATE FUNCTION pg_temp.g() RETURNS void LANGUAGE sql AS '${update}'`);
        await agent.query("BEGIN; DECLARE c CURSOR FOR SELECT pg_temp.g()");
        return agent.query("FETCH ALL c; COMMIT");
      },
    ],
    [
      "in a portal that is run in pieces",
      async (agent) => {
        await agent.query("BEGIN");
        await agent.run(parse("", `${update} RETURNING id`), bind("p", ""), execute("p", 1), sync);
        await agent.run(execute("p", 1), sync);
        return agent.query("COMMIT");
      },
    ],
    [
      "by a trigger of a harmless insert",
      async (agent) => {
        await agent.query(
          `CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${update}; RETURN NULL; END $$`,
        );
        await agent.query("CREATE TRIGGER t AFTER INSERT ON orders FOR EACH STATEMENT EXECUTE FUNCTION t()");
        const lines = await agent.query("INSERT INTO orders VALUES (-1)");
        await proxied.truth("DROP FUNCTION t() CASCADE");
        return lines;
      },
    ],
  ])("%s", async (_name, attempt) => {
    const agent = await proxied.connect(FAST);
    await attempt(agent);
    await agent.close();
    await proxied.settled();
    expect(await changed()).toBe(0);
  });
});

describe("five thousand rows in ten minutes", () => {
  const step = (from: number, rows: number) =>
    `UPDATE orders SET n = n + 1 WHERE id > ${from} AND id <= ${from + rows}`;

  test("hold for all connections of a session together, also at the same time", async () => {
    const agents = await Promise.all([1, 2, 3, 4].map(() => proxied.connect(FAST)));
    await Promise.all(agents.map((agent, at) => agent.query(step(at * 3000, 3000))));
    expect(Number(await changed("orders"))).toBeLessThanOrEqual(5000);
  });

  test("hold for what a pipeline sends behind each other, and what one message has", async () => {
    const agent = await proxied.connect(FAST);
    agent.send(...unnamed(step(0, 3000)), sync, ...unnamed(step(3000, 3000)), sync);
    await agent.until("ready-for-query");
    await agent.until("ready-for-query");
    expect(await changed("orders")).toBe(3000);
    await agent.query([0, 1, 2, 3].map((at) => step(at * 1000, 1000)).join(";"));
    expect(await changed("orders")).toBe(3000);
  });

  test("are counted while triggers are off, and within savepoints and transactions", async () => {
    const agent = await proxied.connect(FAST);
    await agent.query("SET session_replication_role = replica");
    await agent.query("BEGIN");
    await agent.query("SAVEPOINT a");
    await agent.query(step(0, 3000));
    await agent.query("RELEASE a");
    expect(isHeld(await agent.query(step(3000, 3000)))).toBe(true);
    await agent.query("ROLLBACK");
    expect(await changed("orders")).toBe(0);
  });

  // A trigger that was put off runs with the COMMIT, where nothing is measured any more.
  test.fails("are counted for what a deferred trigger changes at COMMIT", async () => {
    const agent = await proxied.connect(FAST);
    await proxied.truth(`CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN UPDATE orders SET n = n + 1 WHERE id > 0; RETURN NULL; END $$`);
    await proxied.truth(`CREATE CONSTRAINT TRIGGER late AFTER INSERT ON stock DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION late()`);
    try {
      await agent.query("BEGIN");
      await agent.query("INSERT INTO stock VALUES (-1, 0, 'x')");
      await agent.query("COMMIT");
      expect(await changed("orders")).toBe(0);
    } finally {
      await proxied.truth("DROP FUNCTION late() CASCADE");
    }
  });
});
