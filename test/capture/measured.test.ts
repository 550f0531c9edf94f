import { beforeEach, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { guarding, MemoryDesk } from "./hold-fixture.ts";
import { bind, execute, parse, shown, sync, unnamed } from "./wire-client.ts";

const schema = `
CREATE TABLE people (id int PRIMARY KEY, name text);
CREATE TABLE notes (id serial, person int REFERENCES people ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);`;

let desk = new MemoryDesk();
const proxied = useProxy(schema, {
  approvals: { hold: (asked) => desk.desk.hold(asked), take: (asked) => desk.desk.take(asked) },
  decider: guarding({ rowsMax: 10 }),
});

beforeEach(async () => {
  desk = new MemoryDesk();
  await proxied.truth("TRUNCATE people, notes");
  await proxied.truth("INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 30) i");
});

const count = async (table = "people") => (await proxied.truth(`SELECT count(*)::int FROM ${table}`))[0]?.[0];
const withoutNotices = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("notice"));

test("what stays within its limit lasts, by either protocol, and its rows are on record", async () => {
  const agent = await proxied.connect();
  expect(await agent.query("UPDATE people SET name = 'x' WHERE id <= 10")).toEqual([
    "complete UPDATE 10",
    "ready idle",
  ]);
  agent.send(
    parse("p", "UPDATE people SET name = 'y' WHERE id <= $1 RETURNING id"),
    bind("", "p", ["2"]),
    execute(""),
    sync,
  );
  expect((await agent.until("ready-for-query")).map(shown)).toEqual([
    "parse-complete",
    "bind-complete",
    "row 1",
    "row 2",
    "complete UPDATE 2",
    "ready idle",
  ]);
  expect(await agent.run(bind("", "p", ["1"]), execute(""), sync)).toContain("complete UPDATE 1");
  await agent.close();
  await proxied.settled();
  const finals = proxied.recorder.statements().filter(({ type }) => type === "db.statement.completed");
  expect(
    finals.map(({ effect, transaction }) => [effect?.byTable?.[0]?.updated, transaction?.outcome]),
  ).toEqual([
    [10, "committed"],
    [2, "committed"],
    [1, "committed"],
  ]);
});

test("what goes beyond it is taken back and put before a human, with what it did", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("UPDATE people SET name = 'x' WHERE id > 0");
  const held = await desk.waiting();
  expect(JSON.parse(held.text)).toMatchObject({
    impact: { byTable: [{ name: "people", updated: 30 }], notes: ["it was run, measured and taken back"] },
    reasons: ["too many rows"],
    rule: "rows",
  });
  expect(await proxied.truth("SELECT count(*)::int FROM people WHERE name = 'x'")).toEqual([[0]]);
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual(["complete UPDATE 30", "ready idle"]);
  expect(await proxied.truth("SELECT count(*)::int FROM people WHERE name = 'x'")).toEqual([[30]]);
});

test("a named statement outlasts a refusal, as it outlasts an error, and is held again when it is used again", async () => {
  const agent = await proxied.connect();
  const run = [bind("", "n", ["0"]), execute(""), sync];
  agent.send(parse("n", "UPDATE people SET name = 'z' WHERE id > $1"), ...run);
  await desk.answer("deny", { reason: "no" });
  expect(withoutNotices((await agent.until("ready-for-query")).map(shown))).toEqual([
    "parse-complete",
    expect.stringMatching(/^error ERROR 42501 .*Ada refused it: no/),
    "ready idle",
  ]);
  agent.send(...run);
  await desk.answer("approve");
  expect(withoutNotices((await agent.until("ready-for-query")).map(shown))).toEqual([
    "bind-complete",
    "complete UPDATE 30",
    "ready idle",
  ]);
});

test("errors are the client's, also those that come at the end of the transaction", async () => {
  const agent = await proxied.connect();
  expect(await agent.query("INSERT INTO people VALUES (1, 'double')")).toEqual([
    expect.stringMatching(/^error ERROR 23505/),
    "ready idle",
  ]);
  expect(await agent.query("INSERT INTO notes (person) VALUES (99)")).toEqual([
    expect.stringMatching(/^error ERROR 23503/),
    "ready idle",
  ]);
  expect((await agent.run(...unnamed("INSERT INTO notes (person) VALUES (99)"), sync)).slice(-3)).toEqual([
    "complete INSERT 0 1",
    expect.stringMatching(/^error ERROR 23503/),
    "ready idle",
  ]);
  expect(await count("notes")).toBe(0);
  expect(await agent.query("INSERT INTO notes (person) VALUES (1)")).toContain("complete INSERT 0 1");
});

test("in a transaction, what goes too far is taken back alone", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  expect(await agent.query("DELETE FROM people WHERE id = 1")).toEqual([
    "complete DELETE 1",
    "ready in-transaction",
  ]);
  const answer = agent.query("DELETE FROM people WHERE id > 5");
  const held = await desk.waiting();
  expect(JSON.parse(held.text)).toMatchObject({
    impact: { byTable: [{ deleted: 25 }] },
    isInTransaction: true,
  });
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual(["complete DELETE 25", "ready in-transaction"]);
  await agent.query("COMMIT");
  expect(await count()).toBe(4);
});

test("an error in a transaction fails it, and its savepoints are the client's", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  await agent.query("SAVEPOINT mine");
  expect(await agent.query("INSERT INTO people VALUES (1, 'double')")).toEqual([
    expect.stringMatching(/^error ERROR 23505/),
    "ready failed",
  ]);
  expect(await agent.query("ROLLBACK TO mine")).toEqual(["complete ROLLBACK", "ready in-transaction"]);
  expect(await agent.query("DELETE FROM people WHERE id = 1")).toContain("ready in-transaction");
  expect(await agent.query("COMMIT")).toEqual(["complete COMMIT", "ready idle"]);
  expect(await count()).toBe(29);
});

test("what cannot be measured counts as beyond every limit", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("BEGIN; DELETE FROM people WHERE id = 1; COMMIT");
  const held = await desk.waiting();
  expect(JSON.parse(held.text)).toMatchObject({ impact: { outcome: "not-simulatable" } });
  expect(held.unenforceable).toMatch(/TRANSACTION BEGIN begins, divides or ends a transaction|BEGIN/);
  await desk.answer("deny");
  expect(withoutNotices(await answer).at(-1)).toBe("ready idle");
  expect(await count()).toBe(30);
});

test("statements behind each other without waiting are each measured", async () => {
  const agent = await proxied.connect();
  agent.send(...[1, 2, 3].flatMap((id) => [...unnamed(`DELETE FROM people WHERE id = ${id}`), sync]));
  const lines = (await agent.until("ready-for-query", 3)).map(shown);
  expect(lines.filter((line) => line.startsWith("complete"))).toEqual([
    "complete DELETE 1",
    "complete DELETE 1",
    "complete DELETE 1",
  ]);
  expect(await count()).toBe(27);
});

test("a driver that sends BEGIN with its first statement is measured all the same", async () => {
  const agent = await proxied.connect();
  const lines = await agent.run(...unnamed("BEGIN"), ...unnamed("DELETE FROM people WHERE id = 1"), sync);
  expect(lines).toEqual([
    "parse-complete",
    "bind-complete",
    "complete BEGIN",
    "parse-complete",
    "bind-complete",
    "complete DELETE 1",
    "ready in-transaction",
  ]);
  agent.send(...unnamed("DELETE FROM people"), sync);
  const held = await desk.waiting();
  expect(JSON.parse(held.text)).toMatchObject({
    impact: { byTable: [{ deleted: 29 }] },
    isInTransaction: true,
  });
  await desk.answer("approve");
  expect(withoutNotices((await agent.until("ready-for-query")).map(shown)).at(-1)).toBe(
    "ready in-transaction",
  );
  await agent.query("COMMIT");
  expect(await count()).toBe(0);
});

test("a savepoint does not save what was not measured from a denial behind it", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  const lines = await agent.run(
    ...unnamed("DELETE FROM people"),
    ...unnamed("SAVEPOINT s"),
    ...unnamed("SELECT pg_read_file('x')"),
    sync,
  );
  expect(lines.at(-1)).toBe("ready failed");
  expect((await agent.query("ROLLBACK TO s"))[0]).toMatch(/^error ERROR 3B001/);
  await agent.query("COMMIT");
  expect(await count()).toBe(30);
});

test("nor from a human's no", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  agent.send(
    ...unnamed("DELETE FROM people WHERE id < 8"),
    ...unnamed("SAVEPOINT s"),
    ...unnamed("DELETE FROM people"),
    sync,
  );
  await desk.answer("deny", { reason: "no" });
  expect(withoutNotices((await agent.until("ready-for-query")).map(shown)).at(-1)).toBe("ready failed");
  expect((await agent.query("ROLLBACK TO s"))[0]).toMatch(/^error ERROR 3B001/);
  await agent.query("COMMIT");
  expect(await count()).toBe(30);
});
