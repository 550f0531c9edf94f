import { createHash } from "node:crypto";
import type { SaltedRows, SampledRows } from "@custody/domain";
import { beforeEach, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { guarding, MemoryDesk } from "./hold-fixture.ts";
import { sendCancel } from "./wire-client.ts";

let desk = new MemoryDesk();
const decider = guarding({
  approval: { approvers: 1, at: "commit", validMs: 900_000, waitMs: 600_000 },
  rowsMax: 1,
});
const schema = `
CREATE TABLE people (id int PRIMARY KEY, name text);
CREATE TABLE posts (id int PRIMARY KEY, person int REFERENCES people ON DELETE CASCADE, text text);
CREATE TABLE notes (id int PRIMARY KEY, text text, changes int DEFAULT 0);
CREATE FUNCTION counts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.changes = old.changes + 1; RETURN new; END $$;
CREATE TRIGGER counting BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION counts();
CREATE TABLE sly (id int PRIMARY KEY);
CREATE FUNCTION sly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'TRUN' || 'CATE posts'; RETURN NULL; END $$;
CREATE TRIGGER sly AFTER DELETE ON sly EXECUTE FUNCTION sly();`;
const proxied = useProxy(schema, {
  approvals: { hold: (asked) => desk.desk.hold(asked), take: (asked) => desk.desk.take(asked) },
  decider,
});

beforeEach(async () => {
  desk = new MemoryDesk();
  await proxied.truth("TRUNCATE people, posts");
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

/** The rows that a hold names, from their record: what a human is shown. */
function rowsOf(held: { readonly text: string }): SampledRows {
  const digest: string = JSON.parse(held.text).rows;
  const shown = proxied.recorder.drafts.findLast(({ type }) => type === "db.rows.shown");
  const text = String(shown?.details?.["rows"]);
  expect([shown?.details?.["digest"], createHash("sha256").update(text).digest("hex")]).toEqual([
    digest,
    digest,
  ]);
  const { salt, ...rows } = JSON.parse(text) as SaltedRows;
  expect(salt).toMatch(/^[\w-]{22}$/);
  return rows;
}

const none = { columns: [], isCut: false, key: [], rows: [] };
const people = { columns: ["id", "name"], isCut: false, key: ["id"] };

test("the rows themselves are shown, as they were and as they are, with those of cascades", async () => {
  await proxied.truth("INSERT INTO posts VALUES (1, 2, 'hello'), (2, 3, NULL), (3, 20, 'other')");
  const agent = await proxied.connect();
  // One that is locked by a foreign key, and not changed, is not among them.
  const answer = agent.query(
    "WITH gone AS (DELETE FROM people WHERE id IN (2, 3)) UPDATE people SET name = 'x' || id WHERE id > 28",
  );
  const rows = rowsOf(await desk.waiting());
  expect(rows).toEqual({
    notes: [],
    tables: [
      {
        after: {
          ...people,
          rows: [
            ["29", "x29"],
            ["30", "x30"],
          ],
        },
        before: {
          ...people,
          rows: [
            ["2", "p2"],
            ["3", "p3"],
            ["29", "p29"],
            ["30", "p30"],
          ],
        },
        name: "people",
        schema: "public",
      },
      {
        after: none,
        before: {
          columns: ["id", "person", "text"],
          isCut: false,
          key: ["id"],
          rows: [
            ["1", "2", "hello"],
            ["2", "3", null],
          ],
        },
        name: "posts",
        schema: "public",
      },
    ],
  });
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual(["complete UPDATE 2", "ready idle"]);
  expect(await proxied.truth("SELECT name FROM people WHERE id > 28 ORDER BY id")).toEqual([
    ["x29"],
    ["x30"],
  ]);
});

test("the digest of the same rows is another each time, so that it tells nothing of them once they are erased", async () => {
  const agent = await proxied.connect();
  const digests: unknown[] = [];
  for (let round = 0; round < 2; round += 1) {
    const answer = agent.query("DELETE FROM people WHERE id < 3");
    digests.push(JSON.parse((await desk.waiting()).text).rows);
    await desk.answer("deny");
    await answer;
  }
  expect(new Set(digests).size).toBe(2);
});

test("many rows are cut, and said to be; what is locked and not changed is not shown", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  await agent.query("SELECT 1 FROM people WHERE id < 3 FOR UPDATE");
  const answer = agent.query("DELETE FROM people WHERE id > 2 OR false");
  const { notes, tables } = rowsOf(await desk.waiting());
  const first = [3, 4, 5, 6, 7].map((id) => [`${id}`, `p${id}`]);
  expect([notes, tables[0]?.after, tables[0]?.before]).toEqual([
    [],
    none,
    { ...people, isCut: true, rows: first },
  ]);
  await desk.answer("deny");
  await answer;
});

test("in a transaction only what the statement itself has changed is shown, and what nobody else sees is said to be missing", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  await agent.query("UPDATE people SET name = 'earlier' WHERE id = 1");
  await agent.query("INSERT INTO people VALUES (100, 'mine')");
  await agent.query("SAVEPOINT s");
  await agent.query("SET ROLE pg_read_all_data");
  await agent.query("RESET ROLE");
  const answer = agent.query(
    "UPDATE people SET name = upper(name) WHERE id IN (2, 100) OR id * id < 0 OR name = 'no'",
  );
  const held = await desk.waiting();
  expect(rowsOf(held)).toEqual({
    notes: [
      expect.stringMatching(/^not all rows of public.people that were changed can be shown as they were/),
    ],
    tables: [
      {
        after: {
          ...people,
          rows: [
            ["2", "P2"],
            ["100", "MINE"],
          ],
        },
        before: { ...people, rows: [["2", "p2"]] },
        name: "people",
        schema: "public",
      },
    ],
  });
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual(["complete UPDATE 2", "ready in-transaction"]);
  expect(await agent.query("COMMIT")).toEqual(["complete COMMIT", "ready idle"]);
});

test("what goes as a whole is asked about before it runs, with its rows counted", async () => {
  const agent = await proxied.connect();
  for (const sql of ["TRUNCATE posts", "DROP TABLE posts"]) {
    await proxied.truth(
      "INSERT INTO posts SELECT i, 1, 't' FROM generate_series(1, 7) i ON CONFLICT DO NOTHING",
    );
    const answer = agent.query(sql);
    const held = await desk.waiting();
    expect(JSON.parse(held.text)).toMatchObject({ impact: { byTable: [{ name: "posts", removed: 7 }] } });
    // Nobody is kept from the table meanwhile.
    expect(await proxied.truth("SELECT count(*)::int FROM posts")).toEqual([[7]]);
    await desk.answer("deny", { reason: "no" });
    await answer;
  }
});

test("rows that its own lock hides from others are not waited for", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  await agent.query("LOCK TABLE people");
  const answer = agent.query("UPDATE people SET name = 'x'");
  const { notes, tables } = rowsOf(await desk.waiting());
  expect([notes, tables[0]?.before]).toEqual([
    [],
    { ...none, unread: "canceling statement due to lock timeout" },
  ]);
  expect(tables[0]?.after.rows).toHaveLength(5);
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual(["complete UPDATE 30", "ready in-transaction"]);
});

test("a table with triggers shows its rows, as they have made them", async () => {
  await proxied.truth("INSERT INTO notes VALUES (1, 'a'), (2, 'b')");
  const agent = await proxied.connect();
  const answer = agent.query("UPDATE notes SET text = upper(text)");
  const columns = { columns: ["id", "text", "changes"], isCut: false, key: ["id"] };
  expect(rowsOf(await desk.waiting())).toEqual({
    notes: [],
    tables: [
      {
        after: {
          ...columns,
          rows: [
            ["1", "A", "1"],
            ["2", "B", "1"],
          ],
        },
        before: {
          ...columns,
          rows: [
            ["1", "a", "0"],
            ["2", "b", "0"],
          ],
        },
        name: "notes",
        schema: "public",
      },
    ],
  });
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual(["complete UPDATE 2", "ready idle"]);
});

test("a trigger that empties a table is taken back, and asked about with all that it does", async () => {
  await proxied.truth("INSERT INTO sly VALUES (1), (2)");
  await proxied.truth("INSERT INTO posts SELECT i, 1, 't' FROM generate_series(1, 7) i");
  const agent = await proxied.connect();
  const answer = agent.query("DELETE FROM sly");
  const held = await desk.waiting();
  expect(JSON.parse(held.text)).toMatchObject({
    impact: {
      byTable: [
        { name: "posts", removed: null },
        { deleted: 2, name: "sly" },
      ],
      notes: ["it was run, measured and taken back"],
    },
  });
  expect(await proxied.truth("SELECT count(*)::int FROM posts")).toEqual([[7]]);
  await desk.answer("approve");
  expect(withoutNotices(await answer)).toEqual(["complete DELETE 2", "ready idle"]);
  expect(await proxied.truth("SELECT count(*)::int FROM posts")).toEqual([[0]]);
});

test("a cancellation while the rows are read ends it, and nobody is asked any more", async () => {
  const agent = await proxied.connect();
  await agent.query("BEGIN");
  await agent.query("LOCK TABLE people");
  const answer = agent.query("DELETE FROM people");
  // Reading them waits for the lock.
  const waiting = "SELECT count(*)::int FROM pg_locks WHERE NOT granted AND relation = 'people'::regclass";
  await expect.poll(() => proxied.truth(waiting), { interval: 1 }).toEqual([[1]]);
  await sendCancel(proxied.port, agent);
  expect(withoutNotices(await answer)).toEqual([
    "error ERROR 57014 canceling statement due to user request",
    "ready failed",
  ]);
  // A machine that is slow cancels it behind that, when somebody was asked already.
  expect([[], ["approval.requested", "approval.withdrawn"]]).toContainEqual(desk.types());
});

test("a cancellation while the hold is being recorded ends it as well", async () => {
  for (const sql of ["DELETE FROM people", "TRUNCATE posts"]) {
    let recorded = () => {};
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const slow = new Promise<void>((resolve) => {
      recorded = resolve;
    });
    const other = await proxied.another({
      approvals: {
        hold: async (given) => {
          asked();
          await slow;
          return desk.desk.hold(given);
        },
        take: (given) => desk.desk.take(given),
      },
      decider,
    });
    const agent = await other.connect();
    const answer = agent.query(sql);
    await isAsked;
    await sendCancel(other.port, agent);
    recorded();
    expect(withoutNotices(await answer), sql).toEqual([
      "error ERROR 57014 canceling statement due to user request",
      "ready idle",
    ]);
    expect(desk.desk.holds.at(0)?.state).toBe("withdrawn");
  }
});
