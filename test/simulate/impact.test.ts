import { describe, expect, test } from "vitest";
import { impactOf, stateOf, useDatabase } from "./simulated-database.ts";

const database = useDatabase(`
  CREATE TABLE parent (id int PRIMARY KEY, name text);
  CREATE TABLE child (id serial PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE);
  CREATE TABLE audit (at timestamptz DEFAULT now(), what text);
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO audit (what) VALUES (TG_OP); RETURN coalesce(NEW, OLD); END $$;
  CREATE TRIGGER note AFTER DELETE ON parent FOR EACH ROW EXECUTE FUNCTION note();
  CREATE FUNCTION sneaky() RETURNS int LANGUAGE sql AS 'DELETE FROM child WHERE parent = 1; SELECT 7';
  CREATE TABLE measured (at date, value int) PARTITION BY RANGE (at);
  CREATE TABLE measured_1 PARTITION OF measured FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE TABLE measured_2 PARTITION OF measured FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
  CREATE TABLE late (id int PRIMARY KEY, parent int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
  CREATE TABLE "Odd "" name" ("a ""b" text);
  INSERT INTO parent SELECT i, 'p' || i FROM generate_series(1, 10) i;
  INSERT INTO child (parent) SELECT 1 + i % 10 FROM generate_series(1, 100) i;
  INSERT INTO measured SELECT date '2026-01-01' + i % 59, i FROM generate_series(0, 117) i;
  INSERT INTO "Odd "" name" VALUES ('x');
`);

describe("rows are counted as the server counts them", () => {
  test.each([
    [
      "DELETE FROM parent",
      { "public.audit": "+10 ~0 -0", "public.child": "+0 ~0 -100", "public.parent": "+0 ~0 -10" },
      "DELETE 10",
    ],
    ["SELECT sneaky()", { "public.child": "+0 ~0 -10" }, "SELECT 1"],
    [
      "UPDATE parent SET id = id + 100",
      { "public.child": "+0 ~100 -0", "public.parent": "+0 ~10 -0" },
      "UPDATE 10",
    ],
    [
      "DELETE FROM measured WHERE value < 60",
      { "public.measured_1": "+0 ~0 -32", "public.measured_2": "+0 ~0 -28" },
      "DELETE 60",
    ],
    [
      "TRUNCATE parent CASCADE",
      { "public.child": "+0 ~0 -100", "public.late": "+0 ~0 -0", "public.parent": "+0 ~0 -10" },
      "TRUNCATE TABLE",
    ],
    [
      "TRUNCATE measured",
      { "public.measured_1": "+0 ~0 -62", "public.measured_2": "+0 ~0 -56" },
      "TRUNCATE TABLE",
    ],
    [
      "WITH gone AS (DELETE FROM child RETURNING id) SELECT count(*) FROM gone",
      { "public.child": "+0 ~0 -100" },
      "SELECT 1",
    ],
    [
      "DO $$ BEGIN DELETE FROM child WHERE id <= 5; INSERT INTO audit (what) VALUES ('x'); END $$",
      { "public.audit": "+1 ~0 -0", "public.child": "+0 ~0 -5" },
      "DO",
    ],
    [`DELETE FROM "Odd "" name"`, { 'public.Odd " name': "+0 ~0 -1" }, "DELETE 1"],
    ["CREATE TABLE copy AS SELECT * FROM parent", { "public.copy": "+10 ~0 -0" }, "SELECT 10"],
    ["SELECT * FROM parent", {}, "SELECT 10"],
    ["EXPLAIN DELETE FROM parent", {}, "EXPLAIN"],
    ["COPY parent TO STDOUT", {}, "COPY 10"],
  ])("%s", async (statement, impact, tag) => {
    const answer = await database.unchanged(() => database.simulate(statement));
    expect(impactOf(answer)).toEqual(impact);
    expect(answer.commands.map((each) => each.tag)).toEqual([tag]);
    expect(answer.notes).toEqual([]);
  });

  test("several statements are one simulation, with a tag each", async () => {
    const text =
      "DELETE FROM child WHERE id <= 3; UPDATE child SET parent = 2 WHERE id <= 10; TRUNCATE audit";
    const answer = await database.unchanged(() => database.simulate(text));
    expect(impactOf(answer)).toEqual({ "public.audit": "+0 ~0 -0", "public.child": "+0 ~7 -3" });
    expect(answer.commands.map(({ tag }) => tag)).toEqual(["DELETE 3", "UPDATE 7", "TRUNCATE TABLE"]);
  });

  test("rows that are put back after a TRUNCATE are not counted as lost twice", async () => {
    const text =
      "DELETE FROM child WHERE id <= 3; TRUNCATE child; INSERT INTO child (id, parent) VALUES (1, 1), (2, 2)";
    const answer = await database.unchanged(() => database.simulate(text));
    expect(impactOf(answer)).toEqual({ "public.child": "+2 ~0 -100" });
  });

  test("values are bound, not put into the text", async () => {
    const answer = await database.unchanged(() =>
      database.simulate("DELETE FROM parent WHERE name = $1 OR id = $2", {
        parameters: ["p3' OR true --", "4"],
      }),
    );
    expect(impactOf(answer)["public.parent"]).toBe("+0 ~0 -1");
  });

  test("a partition says which table it belongs to", async () => {
    const { tables } = await database.simulate("TRUNCATE measured");
    expect(tables.map(({ partitionOf }) => partitionOf)).toEqual(["public.measured", "public.measured"]);
  });
});

describe("rows are shown as they were and as they would be", () => {
  test("of an UPDATE, by the primary key", async () => {
    const answer = await database.unchanged(() =>
      database.simulate("UPDATE parent SET name = 'q' || id WHERE id IN (7, 3)"),
    );
    expect(answer.tables).toMatchObject([
      {
        after: {
          columns: ["id", "name"],
          isCut: false,
          rows: [
            ["3", "q3"],
            ["7", "q7"],
          ],
        },
        before: {
          columns: ["id", "name"],
          isCut: false,
          rows: [
            ["3", "p3"],
            ["7", "p7"],
          ],
        },
      },
    ]);
  });

  test("of a cascade, also inside an exception block", async () => {
    const body =
      "BEGIN BEGIN DELETE FROM parent WHERE id = 2; EXCEPTION WHEN division_by_zero THEN NULL; END; END";
    const { tables } = await database.unchanged(() => database.simulate(`DO $$ ${body} $$`));
    const rows = Object.fromEntries(tables.map(({ before, name }) => [name, before.rows.length]));
    expect(rows).toEqual({ audit: 0, child: 10, parent: 1 });
  });

  test("without rows that were only locked", async () => {
    const text = "SELECT * FROM parent WHERE id < 6 FOR UPDATE; UPDATE parent SET name = 'z' WHERE id = 9";
    const { tables } = await database.unchanged(() => database.simulate(text));
    expect(tables[0]?.before.rows).toEqual([["9", "p9"]]);
  });

  test("no more than were asked for, and it is said", async () => {
    const { tables } = await database.unchanged(() => database.simulate("DELETE FROM child", { rowsMax: 3 }));
    expect(tables[0]?.before).toMatchObject({
      isCut: true,
      rows: [
        ["1", "2"],
        ["2", "3"],
        ["3", "4"],
      ],
    });
  });

  test("long values are cut, and it is said", async () => {
    const { tables } = await database.simulate("INSERT INTO audit (what) VALUES (repeat('é', 100000))");
    expect(tables[0]?.after.isCut).toBe(true);
    expect(tables[0]?.after.rows[0]?.[1]).toBe(`${"é".repeat(1000)}…`);
  });
});

describe("what is made and dropped", () => {
  test("DROP TABLE names what goes with it, and counts its rows", async () => {
    const answer = await database.unchanged(() => database.simulate("DROP TABLE parent CASCADE"));
    expect(impactOf(answer)).toEqual({ "public.parent": "+0 ~0 -10" });
    expect(answer.tables[0]?.isDropped).toBe(true);
    expect(answer.tables[0]?.before.rows).toHaveLength(10);
    expect(answer.dropped.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      "constraint child.child_parent_fkey",
      "constraint late.late_parent_fkey",
      "table parent",
    ]);
  });

  test("a column that is dropped is named", async () => {
    const answer = await database.unchanged(() => database.simulate("ALTER TABLE parent DROP COLUMN name"));
    expect(answer.dropped).toEqual([{ kind: "column", name: "parent.name", schema: "public" }]);
    expect(answer.tables).toEqual([]);
  });

  test("a change of type writes all rows anew, and loses none", async () => {
    const answer = await database.unchanged(() =>
      database.simulate("ALTER TABLE parent ALTER COLUMN id TYPE bigint"),
    );
    expect(answer.tables).toEqual([]);
    expect(answer.notes).toEqual(["all rows of public.parent are written anew"]);
  });
});

describe("side effects", () => {
  test("a sequence that was used is named, and is all that stays", async () => {
    const before = await stateOf(database.client);
    const answer = await database.simulate("INSERT INTO child (parent) VALUES (1), (2)");
    expect(answer.sideEffects).toMatchObject([{ kind: "sequence" }]);
    expect(answer.sideEffects[0]?.text).toContain("public.child_id_seq went from 100 to 102");
    expect(await stateOf(database.client)).toEqual({ ...before, "sequence public.child_id_seq": "102" });
  });

  test("a session's advisory lock is named, and is gone", async () => {
    const answer = await database.unchanged(() => database.simulate("SELECT pg_advisory_lock(7)"));
    expect(answer.sideEffects).toMatchObject([{ kind: "advisory-lock" }]);
  });

  test("NOTIFY is named, and nobody hears it", async () => {
    const heard: string[] = [];
    database.client.on("notification", ({ channel }) => heard.push(channel));
    await database.client.query("LISTEN news");
    const answer = await database.unchanged(() => database.simulate("NOTIFY news, 'x'"));
    expect(answer.sideEffects).toMatchObject([{ kind: "notification" }]);
    await database.client.query("UNLISTEN news");
    expect(heard).toEqual([]);
  });
});
