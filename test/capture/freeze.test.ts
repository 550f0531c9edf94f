import { type Freezes, frozen } from "@custody/policy";
import { expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { bind, execute, flush, parse, shown, sync, unnamed } from "./wire-client.ts";

let freezes: Freezes = new Map();
const freeze = (): void => {
  freezes = new Map([
    ["target shop", { by: "ada", id: "1", reason: "release", since: "2026-01-01T00:00:00Z", target: "shop" }],
  ]);
};
const thaw = (): void => {
  freezes = new Map();
};

const proxied = useProxy("CREATE TABLE t (id int)", {
  decider: {
    decide: (action) =>
      frozen(freezes, action) ?? { effect: "allow", policy: "", reasons: [], rule: "default" },
  },
});

const count = async () => (await proxied.truth("SELECT count(*)::int FROM t"))[0]?.[0];

const denied = expect.stringMatching(/^error ERROR 42501 .*frozen/);

test("a transaction that wrote before the freeze cannot commit, and ends", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  await agent.query("INSERT INTO t VALUES (1)");
  freeze();
  expect(await agent.query("COMMIT")).toEqual([denied, "ready idle"]);
  thaw();
  expect(await count()).toBe(0);
  expect(await agent.query("INSERT INTO t VALUES (2)")).toContain("ready idle");
  expect(await count()).toBe(1);
  await agent.close();
  await proxied.settled();
  const finals = proxied.recorder
    .statements()
    .filter(({ type }) => /completed|denied/.test(type))
    .map(({ statement, transaction, type }) => [statement?.text, type, transaction?.outcome]);
  expect(finals).toEqual([
    ["BEGIN", "db.statement.completed", "open"],
    ["COMMIT", "db.statement.denied", undefined],
    ["INSERT INTO t VALUES (1)", "db.statement.completed", "rolled-back"],
    ["INSERT INTO t VALUES (2)", "db.statement.completed", "committed"],
  ]);
});

test.each([
  ["the extended protocol", [...unnamed("COMMIT"), sync]],
  ["a prepared COMMIT", [parse("c", "COMMIT"), bind("", "c"), execute(""), sync]],
])("likewise by %s", async (_name, messages) => {
  const before = await count();
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  await agent.query("INSERT INTO t VALUES (3)");
  freeze();
  const answers = await agent.run(...messages);
  thaw();
  expect(answers.slice(-2)).toEqual([denied, "ready idle"]);
  expect(await count()).toBe(before);
  expect(await agent.query("SELECT 1")).toContain("ready idle");
});

test("one that wrote, and was refused another write, is rolled back by its own COMMIT", async () => {
  const before = await count();
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  await agent.query("INSERT INTO t VALUES (4)");
  freeze();
  expect(await agent.query("UPDATE t SET id = 5")).toEqual([denied, "ready failed"]);
  expect(await agent.query("COMMIT")).toEqual(["complete ROLLBACK", "ready idle"]);
  thaw();
  expect(await count()).toBe(before);
});

test("one that has failed, and is saved again in the same message, cannot commit what it wrote", async () => {
  const before = await count();
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  await agent.query("INSERT INTO t VALUES (4); SAVEPOINT saved");
  freeze();
  expect(await agent.query("UPDATE t SET id = 5")).toEqual([denied, "ready failed"]);
  const end = await agent.query("ROLLBACK TO saved; COMMIT");
  thaw();
  expect(end).toContainEqual(denied);
  await agent.query("ROLLBACK");
  expect(await count()).toBe(before);
});

test("one that only read may end as it likes, and writes of an unfinished pipeline do not commit", async () => {
  const before = await count();
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  await agent.query("SELECT 1");
  freeze();
  expect(await agent.query("COMMIT")).toEqual(["complete COMMIT", "ready idle"]);
  thaw();
  agent.send(...unnamed("INSERT INTO t VALUES (6)"), flush);
  await agent.until("command-complete");
  freeze();
  agent.send(sync);
  expect((await agent.until("ready-for-query")).map(shown)).toEqual([
    expect.stringMatching(/^error FATAL 42501/),
  ]);
  thaw();
  expect(await count()).toBe(before);
});
