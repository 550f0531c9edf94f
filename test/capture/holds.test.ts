import { beforeEach, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { guarding, MemoryDesk } from "./hold-fixture.ts";
import { bind, describe as describeMessage, execute, parse, sendCancel, shown, sync } from "./wire-client.ts";

const schema = `
CREATE TABLE firms (id int PRIMARY KEY, name text);
CREATE TABLE people (id int PRIMARY KEY, firm int REFERENCES firms ON DELETE CASCADE, name text);`;

let desk = new MemoryDesk();
const decider = guarding();
const proxied = useProxy(schema, {
  approvals: { hold: (asked) => desk.desk.hold(asked), take: (asked) => desk.desk.take(asked) },
  decider,
});

beforeEach(async () => {
  desk = new MemoryDesk();
  decider.isFrozen = false;
  decider.policy = "p1";
  await proxied.truth("TRUNCATE people, firms");
  await proxied.truth("INSERT INTO firms SELECT i, 'f' || i FROM generate_series(1, 3) i");
  await proxied.truth("INSERT INTO people SELECT i, i % 3 + 1, 'p' || i FROM generate_series(1, 30) i");
});

const count = async (table: string) => (await proxied.truth(`SELECT count(*)::int FROM ${table}`))[0]?.[0];
const withoutNotices = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("notice"));

test("a held statement waits, says so, and runs once when a human has approved it", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("TRUNCATE firms CASCADE");
  const held = await desk.waiting();
  expect(await count("people")).toBe(30);
  expect(JSON.parse(held.text)).toMatchObject({
    asker: { agent: "test" },
    impact: {
      byTable: [
        { name: "firms", removed: 3 },
        { name: "people", removed: 30 },
      ],
      outcome: "simulated",
    },
    rule: "destructive",
    statements: [{ text: "TRUNCATE firms CASCADE", verb: "TRUNCATE" }],
    target: { environment: "development", name: "shop" },
  });
  await desk.answer("approve");
  const lines = await answer;
  expect(lines[0]).toMatch(/^notice NOTICE 00000 Custody holds TRUNCATE until a human has approved it/);
  expect(withoutNotices(lines)).toEqual(["complete TRUNCATE TABLE", "ready idle"]);
  expect([await count("firms"), await count("people")]).toEqual([0, 0]);
  expect(desk.types()).toEqual(["approval.requested", "approval.granted", "approval.consumed"]);
  await agent.close();
  await proxied.settled();
  expect(proxied.recorder.statements().at(-1)).toMatchObject({
    approval: { approver: { name: "Ada" }, state: "consumed" },
    decision: { effect: "approve" },
    simulation: { outcome: "simulated" },
    transaction: { outcome: "committed" },
    type: "db.statement.completed",
  });
});

test("one that is refused fails with the reason, and nothing of it has happened", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("DROP TABLE people");
  await desk.answer("deny", { reason: "not today" });
  expect(withoutNotices(await answer)).toEqual([
    expect.stringMatching(/^error ERROR 42501 Custody denied DROP TABLE: Ada refused it: not today/),
    "ready idle",
  ]);
  expect(await agent.query("SELECT 1")).toContain("row 1");
  expect(await count("people")).toBe(30);
});

test("the extended protocol, with bound values, is held and run in its own bytes", async () => {
  const agent = await proxied.connect();
  agent.send(
    parse("s", "DELETE FROM firms WHERE id = $1 OR true RETURNING id"),
    bind("", "s", ["1"]),
    describeMessage("portal", ""),
    execute(""),
    sync,
  );
  const held = await desk.waiting();
  expect(JSON.parse(held.text)).toMatchObject({
    impact: {
      byTable: [
        { deleted: 3, name: "firms" },
        { deleted: 30, name: "people" },
      ],
    },
    statements: [{ parameters: [{ index: 1, value: "1" }] }],
  });
  await desk.answer("approve");
  const lines = withoutNotices((await agent.until("ready-for-query")).map(shown));
  expect(lines).toEqual([
    "parse-complete",
    "bind-complete",
    expect.stringMatching(/^columns id/),
    "row 1",
    "row 2",
    "row 3",
    "complete DELETE 3",
    "ready idle",
  ]);
  // The prepared statement is the client's, and it is there.
  agent.send(bind("", "s", ["1"]), execute(""), sync);
  await desk.answer("deny");
  expect(withoutNotices((await agent.until("ready-for-query")).map(shown)).at(-1)).toBe("ready idle");
});

test("what would do more than was approved is taken back, and asked about again", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("DELETE FROM people");
  const first = await desk.waiting();
  await proxied.truth("INSERT INTO people SELECT i, 1, 'late' FROM generate_series(100, 109) i");
  await desk.answer("approve");
  const second = await desk.waiting();
  expect(second.id).not.toBe(first.id);
  expect(JSON.parse(second.text)).toMatchObject({ impact: { byTable: [{ deleted: 40, name: "people" }] } });
  expect(await count("people")).toBe(40);
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual(["complete DELETE 40", "ready idle"]);
  expect(await count("people")).toBe(0);
});

test("less than was approved is within it", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("TRUNCATE people");
  await desk.waiting();
  await proxied.truth("DELETE FROM people WHERE id > 10");
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual(["complete TRUNCATE TABLE", "ready idle"]);
});

test("more rows in a table that goes as a whole are more than was approved", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("DROP TABLE people");
  await desk.waiting();
  await proxied.truth("INSERT INTO people VALUES (200, 1, 'late')");
  await desk.answer("approve");
  const again = await desk.waiting();
  expect(JSON.parse(again.text)).toMatchObject({ impact: { byTable: [{ isDropped: true, removed: 31 }] } });
  await desk.answer("deny");
  expect(withoutNotices(await answer).at(-1)).toBe("ready idle");
  expect(await count("people")).toBe(31);
});

test("in an open transaction it runs in that one, and the rest of it stays", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  await agent.query("INSERT INTO people VALUES (300, 1, 'mine')");
  const answer = agent.query("DELETE FROM people");
  const held = await desk.waiting();
  expect(JSON.parse(held.text)).toMatchObject({
    impact: { byTable: [{ deleted: 31 }] },
    isInTransaction: true,
  });
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual(["complete DELETE 31", "ready in-transaction"]);
  expect(await agent.query("ROLLBACK")).toEqual(["complete ROLLBACK", "ready idle"]);
  expect(await count("people")).toBe(30);
});

test("a refusal in a transaction fails it, as an error of the server would", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  const answer = agent.query("DELETE FROM people");
  await desk.answer("deny");
  expect(withoutNotices(await answer).at(-1)).toBe("ready failed");
  expect(await agent.query("COMMIT")).toEqual(["complete ROLLBACK", "ready idle"]);
});

test("a client that is gone is not waited for, and its statement is never run", async () => {
  const agent = await proxied.connect();
  agent.query("DELETE FROM people").catch(() => {});
  const held = await desk.waiting();
  await agent.kill();
  await proxied.settled();
  expect(desk.desk.find(held.id)).toMatchObject({ reason: "the client is gone", state: "withdrawn" });
  await expect(desk.answer("approve", { id: held.id })).rejects.toMatchObject({ code: "HOLD_OVER" });
  expect(await count("people")).toBe(30);
  expect(proxied.recorder.statements().at(-1)?.type).toBe("db.statement.cancelled");
});

test("a cancellation ends the wait in the words of the server", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("DELETE FROM people");
  const held = await desk.waiting();
  await sendCancel(proxied.port, agent);
  expect(withoutNotices(await answer)).toEqual([
    "error ERROR 57014 canceling statement due to user request",
    "ready idle",
  ]);
  expect(desk.desk.find(held.id)?.state).toBe("withdrawn");
  expect(await agent.query("SELECT 1")).toContain("row 1");
});

test("an agent that does not wait comes again, and its statement passes once", async () => {
  const agent = await proxied.connect({ settings: { options: "-c custody.on_hold=fail" } });
  const refused = [
    expect.stringMatching(/^error ERROR 42501 Custody holds DELETE: a human must approve it/),
    "ready idle",
  ];
  expect(await agent.query("DELETE FROM people")).toEqual(refused);
  const held = await desk.waiting();
  // The same question is not asked twice.
  expect(await agent.query("DELETE FROM people")).toEqual(refused);
  expect(desk.desk.holds).toHaveLength(1);
  await desk.answer("approve");
  expect(await agent.query("DELETE FROM people WHERE true")).toEqual(refused);
  expect(await agent.query("DELETE FROM people")).toEqual(["complete DELETE 30", "ready idle"]);
  expect(await agent.query("DELETE FROM people")).toEqual(refused);
  expect(desk.desk.find(held.id)?.state).toBe("consumed");
});

test("other circumstances are not what was approved", async () => {
  const fail = { settings: { options: "-c custody.on_hold=fail" } };
  const agent = await proxied.connect(fail);
  await agent.query("DELETE FROM people");
  await desk.answer("approve");
  for (const setting of ["search_path = pg_catalog, public", "session_replication_role = replica"]) {
    const other = await proxied.connect(fail);
    await other.query(`SET ${setting}`);
    expect((await other.query("DELETE FROM public.people")).at(0)).toMatch(/^error/);
    expect((await other.query("DELETE FROM people")).at(0)).toMatch(/^error/);
  }
  decider.policy = "p2";
  expect((await agent.query("DELETE FROM people")).at(0)).toMatch(/^error/);
  decider.policy = "p1";
  await proxied.truth("ALTER TABLE people RENAME TO old_people");
  await proxied.truth("CREATE TABLE people (LIKE old_people)");
  expect((await agent.query("DELETE FROM people")).at(0)).toMatch(/^error/);
  await proxied.truth("DROP TABLE people");
  await proxied.truth("ALTER TABLE old_people RENAME TO people");
  desk.later(3_600_000);
  expect((await agent.query("DELETE FROM people")).at(0)).toMatch(/^error/);
  expect(await count("people")).toBe(30);
});

test("a freeze that comes while a human thinks stands against it", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("DELETE FROM people");
  await desk.waiting();
  decider.isFrozen = true;
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual([expect.stringMatching(/^error ERROR 42501/), "ready idle"]);
  expect(await count("people")).toBe(30);
  expect(desk.types().at(-1)).toBe("approval.withdrawn");
});

test("nobody is asked about what the database would refuse, or what is denied anyway", async () => {
  const agent = await proxied.connect();
  expect(await agent.query("DROP TABLE nowhere")).toEqual([
    expect.stringMatching(/^error ERROR 42P01 /),
    "ready idle",
  ]);
  expect(desk.drafts).toEqual([]);
});

test("what cannot run in a transaction is approved without a bound, and says so", async () => {
  const agent = await proxied.connect();
  await proxied.truth("CREATE DATABASE holds_victim");
  const answer = agent.query("DROP DATABASE holds_victim");
  const held = await desk.waiting();
  expect(held.unenforceable).toMatch(/cannot run in a transaction/);
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual(["complete DROP DATABASE", "ready idle"]);
});

test("several statements of one message are one hold, and run together", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("DELETE FROM people; DROP TABLE people; DELETE FROM firms");
  const held = await desk.waiting();
  expect(JSON.parse(held.text).statements).toHaveLength(3);
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual([
    "complete DELETE 30",
    "complete DROP TABLE",
    "complete DELETE 3",
    "ready idle",
  ]);
  await proxied.truth(
    "CREATE TABLE people (id int PRIMARY KEY, firm int REFERENCES firms ON DELETE CASCADE, name text)",
  );
});

test("an error while it runs is the client's, and used up the yes", async () => {
  await proxied.truth(
    "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
  );
  const agent = await proxied.connect();
  const answer = agent.query("DELETE FROM people");
  await desk.waiting();
  await proxied.truth("CREATE TRIGGER no BEFORE DELETE ON people FOR EACH ROW EXECUTE FUNCTION no()");
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual(["error ERROR P0001 no", "ready idle"]);
  await proxied.truth("DROP FUNCTION no() CASCADE");
  expect(await count("people")).toBe(30);
});
