import type { Client } from "pg";
import { describe, expect, test } from "vitest";
import { expectNothingLeft, impactOf, stateOf, useDatabase } from "./simulated-database.ts";

/**
 * Wipes of the kind that agents were reported for, each simulated and then carried out by a plain client that rolls back.
 * The two must agree table by table, and with the numbers that the fixture is known to hold.
 */
const chained = Array.from({ length: 60 }, (_, at) => `t${String(at + 1).padStart(2, "0")}`);

const crm = `
  CREATE TABLE firms (id serial PRIMARY KEY, name text NOT NULL);
  CREATE TABLE people (id serial PRIMARY KEY, firm int REFERENCES firms ON DELETE CASCADE, name text, email text);
  INSERT INTO firms (name) SELECT 'Firm ' || i FROM generate_series(1, 1196) i;
  INSERT INTO people (firm, name, email) SELECT 1 + i % 1196, 'Person ' || i, i || '@example.com'
    FROM generate_series(1, 1206) i;
  ${chained
    .map((name, at) => {
      const parent = chained[at - 1];
      const reference = parent === undefined ? "" : `, above int DEFAULT 1 REFERENCES ${parent}`;
      return `CREATE TABLE ${name} (id int PRIMARY KEY${reference});
        INSERT INTO ${name} (id) SELECT generate_series(1, 50);`;
    })
    .join("\n")}
  CREATE VIEW staff AS SELECT f.name AS firm, p.name FROM firms f JOIN people p ON p.firm = f.id;
  CREATE MATERIALIZED VIEW headcount AS SELECT firm, count(*) AS n FROM people GROUP BY firm;
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := trim(NEW.name); RETURN NEW; END $$;
  CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON people FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE FUNCTION clear_people() RETURNS void LANGUAGE sql AS 'DELETE FROM people';
`;

const billing = `
  CREATE TABLE customers (id int PRIMARY KEY, name text);
  INSERT INTO customers VALUES (1, 'TEST'), (23, 'ACME');
  CREATE TABLE calls (id bigint PRIMARY KEY, customer int NOT NULL REFERENCES customers, number text NOT NULL);
  CREATE TABLE charges (id bigint PRIMARY KEY, customer int NOT NULL REFERENCES customers, amount numeric(12, 4));
  INSERT INTO calls SELECT i, CASE WHEN i <= 4746 THEN 1 ELSE 23 END,
    CASE WHEN i <= 4746 THEN 'TEST-' || i ELSE '+' || i END FROM generate_series(1, 40000) i;
  INSERT INTO charges SELECT i, CASE WHEN i <= 126 THEN 1 ELSE 23 END, (i % 97) * 0.0125 FROM generate_series(1, 36000) i;
`;

/** Rows of every table, with nothing but count(*), before and after the statement. */
async function executed(client: Client, statement: string): Promise<Record<string, number>> {
  await client.query("BEGIN");
  try {
    const before = await countAll(client);
    await client.query(statement);
    const after = await countAll(client);
    return Object.fromEntries(
      Object.entries(before)
        .map(([name, rows]) => [name, rows - (after[name] ?? 0)] as [string, number])
        .filter(([, lost]) => lost !== 0),
    );
  } finally {
    await client.query("ROLLBACK");
  }
}

async function countAll(client: Client): Promise<Record<string, number>> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relnamespace::regnamespace || '.' || relname AS name FROM pg_class
     WHERE relkind IN ('r', 'm') AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace,
       'pg_toast'::regnamespace)`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of rows)
    counts[name] = Number((await client.query(`SELECT count(*) AS n FROM ${name}`)).rows[0].n);
  return counts;
}

function lostRows(
  tables: readonly {
    schema: string;
    name: string;
    deleted: number;
    inserted: number;
    removed: number | null;
  }[],
) {
  return Object.fromEntries(
    tables
      .map(({ deleted, inserted, name, removed, schema }) => [
        `${schema}.${name}`,
        deleted - inserted + (removed ?? Number.NaN),
      ])
      .filter(([, lost]) => lost !== 0),
  ) as Record<string, number>;
}

const sum = (rows: Record<string, number>) => Object.values(rows).reduce((total, each) => total + each, 0);

describe("a schema that is wiped", () => {
  const database = useDatabase(crm);

  async function agree(statement: string) {
    const before = await stateOf(database.client);
    const answer = await database.simulate(statement);
    expect(await stateOf(database.client)).toEqual(before);
    await expectNothingLeft(database.client);
    const lost = lostRows(answer.tables);
    expect(lost).toEqual(await executed(database.client, statement));
    return { ...answer, lost };
  }

  test("DROP SCHEMA … CASCADE", async () => {
    const { created, dropped, lost } = await agree("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    const { "public.headcount": view, ...tables } = lost;
    expect(Object.keys(tables)).toHaveLength(62);
    expect(sum(tables)).toBe(5402);
    expect(view).toBe(1196);
    expect(tables).toMatchObject({ "public.firms": 1196, "public.people": 1206, "public.t60": 50 });
    const kinds = (kind: string) => dropped.filter((each) => each.kind === kind).map(({ name }) => name);
    expect(kinds("table")).toHaveLength(62);
    expect(kinds("view")).toEqual(["staff"]);
    expect(kinds("materialized view")).toEqual(["headcount"]);
    expect(kinds("function").sort()).toEqual(["clear_people()", "touch()"]);
    expect(kinds("schema")).toEqual(["public"]);
    expect(created).toEqual([{ kind: "schema", name: "public", schema: null }]);
  });

  test("sixty times DROP TABLE … CASCADE, one by one and all at once", async () => {
    for (const name of ["t01", "t30", "t60"]) {
      const { dropped, lost } = await agree(`DROP TABLE "${name}" CASCADE`);
      expect(lost).toEqual({ [`public.${name}`]: 50 });
      const after = chained[chained.indexOf(name) + 1];
      expect(dropped.map((each) => `${each.kind} ${each.name}`)).toEqual([
        `table ${name}`,
        ...(after === undefined ? [] : [`constraint ${after}.${after}_above_fkey`]),
      ]);
    }
    const { commands, lost } = await agree(chained.map((name) => `DROP TABLE "${name}" CASCADE`).join(";"));
    expect(commands).toHaveLength(60);
    expect(sum(lost)).toBe(3000);
  });

  test("DROP TABLE of what a view stands on names the view", async () => {
    const { dropped, lost } = await agree("DROP TABLE people CASCADE");
    expect(lost).toEqual({ "public.headcount": 1196, "public.people": 1206 });
    expect(dropped.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      "materialized view headcount",
      "table people",
      "view staff",
    ]);
  });

  test("DROP DATABASE is said to be beyond a simulation", async () => {
    const answer = await database.ask("DROP DATABASE crm WITH (FORCE)");
    expect(answer).toMatchObject({ code: "no-transaction", outcome: "not-simulatable" });
  });

  test("TRUNCATE … CASCADE takes everything that refers to it", async () => {
    const { lost } = await agree("TRUNCATE t01, t02 CASCADE");
    expect(Object.keys(lost)).toHaveLength(60);
    expect(sum(lost)).toBe(3000);
    expect((await agree("TRUNCATE firms CASCADE")).lost).toEqual({
      "public.firms": 1196,
      "public.people": 1206,
    });
    expect((await agree("TRUNCATE t59 CASCADE")).lost).toEqual({ "public.t59": 50, "public.t60": 50 });
  });

  test.each([
    "DELETE FROM people",
    "WITH gone AS (DELETE FROM people RETURNING 1) SELECT count(*) FROM gone",
    "SELECT clear_people()",
    "EXPLAIN ANALYZE DELETE FROM people",
    "MERGE INTO people p USING people q ON p.id = q.id WHEN MATCHED THEN DELETE",
    `SELECT 1; DELETE /* x */ FROM "people"`,
    "SELECT '--'; DELETE FROM people; --'",
  ])("%s", async (statement) => {
    expect((await agree(statement)).lost).toEqual({ "public.people": 1206 });
  });

  test("DELETE of the other side of a cascade", async () => {
    expect((await agree("DELETE FROM firms")).lost).toEqual({ "public.firms": 1196, "public.people": 1206 });
  });
});

describe("test numbers that are cleaned up, and a customer's", () => {
  const database = useDatabase(billing);
  const acme = "customer = (SELECT id FROM customers WHERE name = 'ACME')";
  const parts = Array.from({ length: 36 }, (_, k) => {
    const from = 4747 + 1000 * k;
    return [
      `DELETE FROM calls WHERE ${acme} AND id BETWEEN ${from} AND ${from + 999}`,
      k === 35 ? 254 : 1000,
    ] as const;
  });

  test.each<readonly [string, string, number]>([
    ["DELETE FROM calls WHERE number LIKE 'TEST-%'", "public.calls", 4746],
    [`DELETE FROM calls WHERE ${acme}`, "public.calls", 35_254],
    ["DELETE FROM charges WHERE customer = 23", "public.charges", 35_874],
    [parts[0]?.[0] ?? "", "public.calls", 1000],
    [parts[35]?.[0] ?? "", "public.calls", 254],
  ])("%s", async (statement, table, rows) => {
    const before = await stateOf(database.client);
    const answer = await database.simulate(statement);
    expect(await stateOf(database.client)).toEqual(before);
    expect(impactOf(answer)).toEqual({ [table]: `+0 ~0 -${rows}` });
    expect(answer.commands).toEqual([{ rowsReturned: 0, tag: `DELETE ${rows}` }]);
    expect(lostRows(answer.tables)).toEqual(await executed(database.client, statement));
    expect(answer.tables[0]?.before).toMatchObject({ columns: expect.arrayContaining(["id"]), isCut: true });
    await expectNothingLeft(database.client);
  });

  test("the thirty-six pieces are together what the whole is", () => {
    expect(parts.reduce((total, [, rows]) => total + rows, 0)).toBe(35_254);
  });

  test("values that are bound give the same", async () => {
    const answer = await database.simulate("DELETE FROM calls WHERE number LIKE $1", {
      parameters: ["TEST-%"],
    });
    expect(impactOf(answer)).toEqual({ "public.calls": "+0 ~0 -4746" });
  });
});

describe("a read-only transaction that is escaped from", () => {
  const database = useDatabase(
    "CREATE SCHEMA esc; CREATE TABLE esc.kept AS SELECT generate_series(1, 7) AS id",
  );

  test.each([
    "SELECT 1; COMMIT; DROP SCHEMA esc CASCADE;",
    "COMMIT; SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; DELETE FROM esc.kept",
    "BEGIN READ ONLY; SET TRANSACTION READ WRITE; DELETE FROM esc.kept",
    "ROLLBACK; DROP SCHEMA esc CASCADE",
    "SELECT 1; END; DROP SCHEMA esc CASCADE; BEGIN",
    "ABORT; DELETE FROM esc.kept",
  ])("%s", async (statement) => {
    const before = await stateOf(database.client);
    expect(await database.ask(statement)).toMatchObject({
      code: "transaction-control",
      outcome: "not-simulatable",
    });
    expect(await stateOf(database.client)).toEqual(before);
  });

  test("what only looks like a comment is carried out, and counted", async () => {
    const before = await stateOf(database.client);
    const answer = await database.simulate("SELECT '--'; DROP SCHEMA esc CASCADE; --'");
    expect(impactOf(answer)).toEqual({ "esc.kept": "+0 ~0 -7" });
    expect(answer.dropped.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual([
      "schema esc",
      "table kept",
    ]);
    expect(await stateOf(database.client)).toEqual(before);
    await expectNothingLeft(database.client);
  });

  test("SELECT 1 changes nothing", async () => {
    const answer = await database.simulate("SELECT 1");
    expect(answer).toMatchObject({
      commands: [{ rowsReturned: 1, tag: "SELECT 1" }],
      dropped: [],
      notes: [],
      sideEffects: [],
      tables: [],
    });
  });
});
