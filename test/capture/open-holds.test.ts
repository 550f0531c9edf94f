import { beforeEach, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { guarding, MemoryDesk } from "./hold-fixture.ts";

let desk = new MemoryDesk();
const decider = guarding({
  approval: { approvers: 1, at: "commit", validMs: 900_000, waitMs: 600_000 },
  rowsMax: 10,
});
const proxied = useProxy("CREATE TABLE people (id int PRIMARY KEY, name text);", {
  approvals: { hold: (asked) => desk.desk.hold(asked), take: (asked) => desk.desk.take(asked) },
  decider,
});

beforeEach(async () => {
  desk = new MemoryDesk();
  await proxied.truth("TRUNCATE people");
  await proxied.truth("INSERT INTO people SELECT i, 'p' || i FROM generate_series(1, 30) i");
});

const count = async () => (await proxied.truth("SELECT count(*)::int FROM people"))[0]?.[0];
const withoutNotices = (lines: readonly string[]) => lines.filter((line) => !line.startsWith("notice"));

test.each(["UPDATE people SET name = 'x' WHERE id > 0", "DELETE FROM people"])(
  "%s has run, waits with its locks, and a yes lets exactly that last",
  async (sql) => {
    const agent = await proxied.connect();
    const answer = agent.query(sql);
    const held = await desk.waiting();
    expect(JSON.parse(held.text)).toMatchObject({
      impact: { notes: ["it has run, and waits with its locks for the answer"] },
    });
    // It is there for nobody else yet, and its rows are locked.
    expect(await proxied.truth("SELECT count(*)::int FROM people WHERE name <> 'x'")).toEqual([[30]]);
    await expect(proxied.truth("SELECT 1 FROM people WHERE id = 1 FOR UPDATE NOWAIT")).rejects.toMatchObject({
      code: "55P03",
    });
    await desk.answer("approve");
    expect(withoutNotices(await answer).at(-1)).toBe("ready idle");
    expect(await proxied.truth("SELECT count(*)::int FROM people WHERE name <> 'x'")).toEqual([[0]]);
    await agent.close();
    await proxied.settled();
    expect(proxied.recorder.statements().at(-1)).toMatchObject({
      approval: { state: "consumed" },
      decision: { effect: "approve" },
      transaction: { outcome: "committed" },
    });
  },
);

test("a no rolls it back, and so does the end of the time", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("DELETE FROM people");
  await desk.answer("deny", { reason: "no" });
  expect(withoutNotices(await answer)).toEqual([expect.stringMatching(/Ada refused it: no/), "ready idle"]);
  expect(await count()).toBe(30);
  const held = agent.query("DELETE FROM people");
  const { expiresAt, requestedAt } = await desk.waiting();
  // Locks are not held for ten minutes.
  expect(Date.parse(expiresAt) - Date.parse(requestedAt)).toBe(60_000);
  await agent.kill();
  await held.catch(() => {});
  await proxied.settled();
  expect(await count()).toBe(30);
});

test("in a transaction of the agent's own, a no takes back that statement, and fails the transaction", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  await agent.query("INSERT INTO people VALUES (100, 'mine')");
  const answer = agent.query("DELETE FROM people");
  await desk.answer("deny", { reason: "no" });
  expect(withoutNotices(await answer).at(-1)).toBe("ready failed");
  expect(await agent.query("COMMIT")).toEqual(["complete ROLLBACK", "ready idle"]);
  expect(await count()).toBe(30);
});

test("a freeze that comes while a human looks at what has run takes it back, whatever they say", async () => {
  const agent = await proxied.connect();
  const answer = agent.query("DELETE FROM people");
  await desk.waiting();
  decider.isFrozen = true;
  await desk.answer("approve");
  const lines = withoutNotices(await answer);
  decider.isFrozen = false;
  expect(lines).toEqual([expect.stringMatching(/^error ERROR 42501 /), "ready idle"]);
  expect(await count()).toBe(30);
  expect(desk.types().at(-1)).toBe("approval.withdrawn");
});
