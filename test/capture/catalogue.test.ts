import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { bind, execute, flush, parse, query, sync, unnamed } from "./wire-client.ts";

/** What stands behind names and calls, as the catalogue has it, on the way of real statements. */
const proxied = useProxy(`
  CREATE TABLE parent (id int PRIMARY KEY);
  CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE);
  CREATE TABLE audit (what text);
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO audit VALUES (tg_op); RETURN NULL; END $$;
  CREATE TRIGGER note AFTER INSERT ON child FOR EACH ROW EXECUTE FUNCTION note();
  CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
  CREATE FUNCTION erase() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM child; RETURN 1; END $$;
  CREATE VIEW innocent AS SELECT erase();
  CREATE FUNCTION planned() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ DECLARE r int; BEGIN SELECT erase() INTO r; RETURN r; END $$;
  CREATE VIEW plotted AS SELECT planned();
`);

beforeEach(async () => {
  await proxied.truth("CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'");
  await proxied.truth("TRUNCATE parent, child, audit");
  await proxied.truth("INSERT INTO parent VALUES (1)");
  await proxied.truth("INSERT INTO child VALUES (1, 1)");
  // What went past the proxy would be seen seconds later.
  await (await proxied.connect()).query("COMMENT ON TABLE parent IS 'changed'");
});

/** What the last record of a statement says that it did, beside reading. */
function did(text: string): string[] {
  const records = proxied.recorder.statements().filter(({ statement }) => statement?.text === text);
  return (records.at(-1)?.operations ?? [])
    .filter(({ tier }) => tier !== "read")
    .map(
      ({ kind, objects, tier, verb, via }) =>
        `${tier} ${kind} ${verb} ${objects.map(({ name }) => name)}${via ? ` by ${via}` : ""}`,
    );
}

const reads = [
  "SELECT one()",
  "SELECT id FROM child WHERE id = 1",
  "SELECT count(*) FROM parent JOIN child ON child.parent = parent.id",
];

test.each(reads)("%s is a read, and on record as one", async (sql) => {
  const client = await proxied.connect();
  await client.query(sql);
  expect(did(sql)).toEqual([]);
});

test.each([
  [
    "SELECT * FROM innocent",
    ["destructive call FUNCTION erase", "destructive delete DELETE child by function"],
  ],
  ["DELETE FROM parent WHERE id = 1", ["write delete DELETE parent", "write delete DELETE child by cascade"]],
  [
    "INSERT INTO child VALUES (2, 1)",
    ["write insert INSERT child", "write call TRIGGER note", "write insert INSERT audit by trigger"],
  ],
  [
    "DO $$ BEGIN DELETE FROM child WHERE id = 1; END $$",
    ["write call DO ", "write delete DELETE child by function"],
  ],
])("%s is on record with what stands behind it", async (sql, expected) => {
  const client = await proxied.connect();
  await client.query(sql);
  expect(did(sql)).toEqual(expected);
});

describe("what was defined a moment ago", () => {
  const redefine =
    "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'DELETE FROM child RETURNING 1'";

  test("by the same client counts from its next statement on", async () => {
    const client = await proxied.connect();
    await client.query("SELECT one()");
    expect(did("SELECT one()")).toEqual([]);
    await client.query(redefine);
    await client.query("SELECT one()");
    expect(did("SELECT one()")).toContain("destructive delete DELETE child by function");
  });

  test("by another client counts for this one", async () => {
    const [client, other] = [await proxied.connect(), await proxied.connect()];
    await client.query("SELECT one()");
    await other.query(redefine);
    await client.query("SELECT one()");
    expect(did("SELECT one()")).toContain("destructive delete DELETE child by function");
  });

  test.each([
    [
      "in a transaction that is open",
      [query("BEGIN"), query(redefine), query("SELECT one()"), query("ROLLBACK")],
    ],
    ["without waiting for the answer", [query(redefine), query("SELECT one()")]],
    ["in the same segment", [...unnamed(redefine), ...unnamed("SELECT one()"), sync]],
  ])("%s is no read, though nobody else can see it yet", async (_name, messages) => {
    const client = await proxied.connect();
    await client.query("SELECT one()");
    await client.run(...messages);
    expect(did("SELECT one()")).toContain("write call FUNCTION one");
  });

  test("in the same string is no read either", async () => {
    const client = await proxied.connect();
    await client.query("SELECT one()");
    await client.query(`${redefine}; SELECT one()`);
    expect(did("SELECT one()")).toContain("write call FUNCTION one");
  });
});

describe("a statement that is run by its name", () => {
  test("is looked at when it runs: a prepared one of the wire", async () => {
    const client = await proxied.connect();
    await client.run(parse("s", "SELECT one()"), bind("", "s"), execute(""), sync);
    expect(did("SELECT one()")).toEqual([]);
    await client.query(
      "CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS 'DELETE FROM child RETURNING 1'",
    );
    await client.run(bind("", "s"), execute(""), sync);
    expect(did("SELECT one()")).toContain("destructive delete DELETE child by function");
  });

  test("is looked at when it runs: PREPARE and EXECUTE, and a cursor", async () => {
    const client = await proxied.connect();
    await client.query("PREPARE p AS SELECT * FROM innocent");
    await client.query("EXECUTE p");
    expect(did("EXECUTE p")).toContain("destructive delete DELETE child by function");
    await client.query("BEGIN");
    await client.query("DECLARE c CURSOR FOR SELECT * FROM innocent");
    await client.query("FETCH ALL FROM c");
    expect(did("FETCH ALL FROM c")).toContain("destructive delete DELETE child by function");
    await client.query("COMMIT");
  });
});

/** Planning evaluates what is declared IMMUTABLE, whatever it does. */
describe("what only plans", () => {
  const left = () => proxied.truth("SELECT count(*)::int FROM child");

  test.each([
    ["SELECT planned()", "EXPLAIN EXECUTE p", []],
    ["SELECT * FROM plotted", "EXPLAIN (COSTS off) EXECUTE p", []],
    ["SELECT $1 + planned()", "EXPLAIN EXECUTE p(1)", []],
    ["SELECT planned()", "EXPLAIN CREATE TABLE x AS EXECUTE p", []],
    ["SELECT planned()", "EXPLAIN EXECUTE q", ["EXECUTE p"]],
    ["SELECT planned()", "EXPLAIN EXECUTE q", ["EXPLAIN EXECUTE p"]],
  ])("%s by %s is on record with what it runs", async (text, explain, [over]) => {
    const client = await proxied.connect();
    await client.query(`PREPARE p${text.includes("$1") ? " (int)" : ""} AS ${text}`);
    if (over !== undefined) await client.run(parse("q", over), sync);
    await client.query(explain);
    if (over?.startsWith("EXPLAIN") !== true) {
      expect(await left()).toEqual([[0]]);
      expect(did(explain)).toContain("destructive delete DELETE child by function");
    }
  });

  test("a prepared statement of the wire is told too", async () => {
    const client = await proxied.connect();
    await client.run(parse("p", "SELECT * FROM plotted"), sync);
    await client.query("EXPLAIN EXECUTE p");
    expect(did("EXPLAIN EXECUTE p")).toContain("destructive delete DELETE child by function");
  });

  test("EXPLAIN EXECUTE of what only writes itself stays a read", async () => {
    const client = await proxied.connect();
    await client.query("PREPARE p AS DELETE FROM child");
    await client.query("EXPLAIN EXECUTE p");
    expect(did("EXPLAIN EXECUTE p")).toEqual([]);
    expect(await left()).toEqual([[1]]);
  });

  test("EXPLAIN EXECUTE of a name that nobody knows is no read", async () => {
    const client = await proxied.connect();
    await client.query("EXPLAIN EXECUTE nonesuch");
    expect(did("EXPLAIN EXECUTE nonesuch")).toEqual(["destructive unknown EXECUTE "]);
  });

  test("a Bind without an Execute is refused, also where only the catalogue knows the function", async () => {
    const client = await proxied.connect();
    const answers = await client.run(parse("", "SELECT * FROM plotted"), bind("", ""), sync);
    expect(answers.join("\n")).toContain("must be executed in the segment that binds it");
    expect(await left()).toEqual([[1]]);
    expect(did("SELECT * FROM plotted")).toContain("destructive delete DELETE child by function");
  });

  test("a Bind without an Execute of a function that only reads goes through", async () => {
    const client = await proxied.connect();
    await client.run(parse("", "SELECT one()"), bind("portal", ""), flush);
    expect(await client.run(execute("portal"), sync)).toContain("row 1");
  });

  test("a Bind of a statement that only code can have prepared is refused", async () => {
    const client = await proxied.connect();
    await client.query("DO $$ BEGIN EXECUTE 'PREPARE hidden AS SELECT planned()'; END $$");
    const answers = await client.run(bind("", "hidden"), sync);
    expect(answers.join("\n")).toContain("26000");
    expect(await left()).toEqual([[1]]);
  });
});

test("a portal that is not there is refused at once", async () => {
  const client = await proxied.connect();
  const answers = await client.run(execute("nonesuch"), sync);
  expect(answers.filter((line) => line.startsWith("error"))).toHaveLength(1);
});
