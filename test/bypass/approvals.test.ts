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

  test.each([
    "UPDATE stock SET n = n + 1 ",
    " UPDATE stock SET n = n + 1",
    "UPDATE stock SET n = n + 1;",
    "UPDATE stock SET n = n + 1 /* approved */",
    "UPDATE stock SET n = n + 1 -- by ada",
    "UPDATE stock SET n = n +  1",
  ])("is not for the same statement written as %j", async (sql) => {
    const agent = await proxied.connect(FAST);
    await approved(agent, "UPDATE stock SET n = n + 1");
    expect(isHeld(await agent.query(sql))).toBe(true);
    await agent.run(...unnamed(sql), sync);
    expect(await changed()).toBe(0);
  });

  test("for a prepared statement is not for one with a comment behind it", async () => {
    const agent = await proxied.connect(FAST);
    expect(isHeld(await agent.run(...unnamed("UPDATE stock SET n = n + 1"), sync))).toBe(true);
    await desk.answer("approve");
    await agent.run(...unnamed("UPDATE stock SET n = n + 1 -- x"), sync);
    expect(await changed()).toBe(0);
    await agent.run(...unnamed("UPDATE stock SET n = n + 1"), sync);
    expect(await changed()).toBe(20);
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

  describe("are counted for what a trigger changes that was put off", () => {
    beforeEach(async () => {
      await proxied.truth("DROP FUNCTION IF EXISTS late() CASCADE");
      await proxied.truth(`CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        RAISE NOTICE 'late'; UPDATE orders SET n = n + 1 WHERE id <= current_setting('own.rows', true)::int; RETURN NULL; END $$`);
      await proxied.truth(`CREATE CONSTRAINT TRIGGER late AFTER INSERT ON stock DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION late()`);
    });

    const within = async (rows: number) => {
      const agent = await proxied.connect({
        settings: { options: `-c custody.on_hold=fail -c own.rows=${rows}` },
      });
      await agent.query("BEGIN");
      await agent.query(`INSERT INTO stock VALUES (${-rows}, 0, 'x')`);
      return agent;
    };

    test.each<readonly [string, (agent: WireClient) => Promise<readonly string[]>]>([
      ["COMMIT", (agent) => agent.query("COMMIT")],
      ["END", (agent) => agent.query("END")],
      ["COMMIT AND CHAIN", (agent) => agent.query("COMMIT AND CHAIN")],
      ["a COMMIT of the extended protocol", (agent) => agent.run(...unnamed("COMMIT"), sync)],
      [
        "a COMMIT that is only flushed",
        async (agent) => {
          agent.send(...unnamed("COMMIT"), flush);
          await agent.until("error-response");
          return agent.run(sync);
        },
      ],
      ["a COMMIT behind a read", (agent) => agent.query("SELECT 1; COMMIT")],
      ["a COMMIT before another transaction", (agent) => agent.query("COMMIT; BEGIN")],
      [
        "a COMMIT behind a read in a pipeline",
        (agent) => agent.run(...unnamed("SELECT 1"), ...unnamed("COMMIT"), sync),
      ],
      ["PREPARE TRANSACTION", (agent) => agent.query("PREPARE TRANSACTION 'late'")],
      [
        "SET CONSTRAINTS",
        async (agent) => {
          await agent.query("SET CONSTRAINTS ALL IMMEDIATE");
          return agent.query("COMMIT");
        },
      ],
      [
        "SET CONSTRAINTS of one",
        async (agent) => {
          await agent.query("SET CONSTRAINTS late IMMEDIATE");
          return agent.query("COMMIT");
        },
      ],
      [
        "SET CONSTRAINTS and COMMIT together",
        (agent) => agent.query("SET CONSTRAINTS ALL IMMEDIATE; COMMIT"),
      ],
      [
        "SET CONSTRAINTS in a function",
        async (agent) => {
          await agent.query("SELECT now_then()");
          return agent.query("COMMIT");
        },
      ],
      [
        "another write behind it",
        async (agent) => {
          await agent.query("UPDATE stock SET n = 0 WHERE id = 1");
          return agent.query("COMMIT");
        },
      ],
    ])("until %s", async (_name, attempt) => {
      await proxied.truth(
        "CREATE OR REPLACE FUNCTION now_then() RETURNS void LANGUAGE sql AS 'SET CONSTRAINTS ALL IMMEDIATE'",
      );
      const agent = await within(12_000);
      await attempt(agent);
      expect(await changed("orders")).toBe(0);
      expect((await agent.query("ROLLBACK")).at(-1)).toContain("idle");
      await agent.query("BEGIN");
      expect((await agent.query("SELECT 7 AS seven")).join()).toContain("7");
      await agent.close();
      expect(await changed("orders")).toBe(0);
    });

    test("and what does not change too much is committed, with its notices", async () => {
      const agent = await within(3000);
      const lines = await agent.query("COMMIT");
      expect(lines.join("\n")).toMatch(/late.*COMMIT.*idle/s);
      expect(await changed("orders")).toBe(3000);
      const again = await within(2500);
      expect((await again.query("COMMIT")).join()).toContain("put off");
      expect(await changed("orders")).toBe(3000);
    });
  });

  test("a COMMIT fails as it would have, when what was put off fails", async () => {
    await proxied.truth(`CREATE TABLE child (id int REFERENCES stock DEFERRABLE INITIALLY DEFERRED)`);
    const bare = async (agent: WireClient): Promise<readonly string[]> => {
      await agent.query("BEGIN");
      await agent.query("INSERT INTO child VALUES (99)");
      return [...(await agent.query("COMMIT")), ...(await agent.query("SELECT 1"))];
    };
    try {
      const without = await bare(await proxied.connect(FAST));
      await proxied.truth(
        `CREATE FUNCTION late2() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$`,
      );
      await proxied.truth(`CREATE CONSTRAINT TRIGGER late2 AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION late2()`);
      expect(await bare(await proxied.connect(FAST))).toEqual(without);
      expect(without.join()).toContain("23503");
    } finally {
      await proxied.truth("DROP TABLE child");
      await proxied.truth("DROP FUNCTION IF EXISTS late2() CASCADE");
    }
  });
});
