import type { TableRows } from "@custody/domain";
import type { FrontendMessage } from "@custody/wire/postgres";
import { describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { type Story, stories } from "./well-formed.ts";
import { bind, execute, flush, parse, query, sync, unnamed, type WireClient } from "./wire-client.ts";

/** What no completion tag tells of: foreign keys, triggers, rules, functions, and writes within other statements. */
const schema = `
  CREATE TABLE parent (id int PRIMARY KEY, v text);
  CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE);
  CREATE TABLE audit (at serial, what text);
  CREATE TABLE plain (id int, v text);
  CREATE TABLE late (id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
  CREATE TABLE parted (id int) PARTITION BY RANGE (id);
  CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (10);
  CREATE TABLE "Übung ""1""" (id int);
  CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP <> 'INSERT' AND OLD.v = 'refused' THEN RAISE EXCEPTION 'no %', OLD.id USING HINT = 'leave it'; END IF;
    INSERT INTO audit (what) VALUES (TG_OP);
    RAISE NOTICE 'noted %', TG_OP;
    RETURN NULL;
  END $$;
  CREATE TRIGGER noted AFTER UPDATE OR DELETE ON parent FOR EACH ROW EXECUTE FUNCTION noted();
  CREATE FUNCTION sneaky(n int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM child WHERE id <= n; UPDATE plain SET v = 'sneaky'; RETURN n; END $$;
  CREATE FUNCTION exotic() RETURNS void LANGUAGE sql AS 'INSERT INTO "Übung ""1""" VALUES (1), (2)';
  CREATE FUNCTION settled() RETURNS text LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO audit (what) VALUES ('settled');
    RETURN set_config('application_name', 'renamed', false); END $$;
  CREATE FUNCTION told() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO audit (what) VALUES ('told'); PERFORM pg_notify('news', 'x'); RETURN 1; END $$;
  CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO audit (what) VALUES ('one'); COMMIT; INSERT INTO audit (what) VALUES ('two'); END $$;
  CREATE PROCEDURE writes() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (what) VALUES ('called'); END $$;
`;
const reset = `
  TRUNCATE parent, child, audit, plain, late, parted, "Übung ""1""" RESTART IDENTITY;
  INSERT INTO parent SELECT n, 'v' || n FROM generate_series(1, 5) n;
  INSERT INTO child SELECT n, 1 + n % 5 FROM generate_series(1, 50) n;
  INSERT INTO plain SELECT n FROM generate_series(1, 7) n;
`;

const proxied = useProxy(schema);

interface Case {
  readonly name: string;
  /** Each inner list is sent at once; its answers are awaited before the next. */
  readonly script: readonly (readonly FrontendMessage[])[];
  /** For each execution of which the counters were read: its text and its rows. */
  readonly rows: readonly string[];
}

/** `schema.table +inserted ~updated -deleted`. */
function rowText({ deleted, inserted, name, updated }: TableRows): string {
  return [
    name,
    ...(inserted ? [`+${inserted}`] : []),
    ...(updated ? [`~${updated}`] : []),
    ...(deleted ? [`-${deleted}`] : []),
  ].join(" ");
}

function measured({ final, requested }: Story): string[] {
  const { byTable, granularity, rows, source } = final?.effect ?? {};
  if (byTable === undefined) return [];
  const affected = rows?.affected === undefined ? "" : ` (${rows.affected} by ${source})`;
  return [
    `${requested.statement?.text}${granularity ? ` [${granularity}]` : ""}: ${byTable.map(rowText).join(", ")}${affected} ${final?.transaction?.outcome}`,
  ];
}

async function play(client: WireClient, script: Case["script"]): Promise<string> {
  for (const messages of script) {
    client.send(...messages);
    const ends = messages.filter(({ type }) => type === "sync" || type === "query").length;
    if (ends > 0) await client.until("ready-for-query", ends);
    else await new Promise((resolve) => setTimeout(resolve, 50));
  }
  // Which process sent a notification is another one each time.
  return client.bytes.toString("latin1").replaceAll(/(?<=A\0\0\0.)....(?=news)/gs, "pid ");
}

/** The same script past the proxy and through it: every byte that the client receives is the same. */
async function bothWays(script: Case["script"]): Promise<void> {
  const seen: string[] = [];
  const truths: unknown[][][] = [];
  for (const connect of [proxied.connectDirectly, proxied.connect]) {
    await proxied.truth(reset);
    const client = await connect();
    seen.push(await play(client, script));
    await client.close();
    await proxied.settled();
    truths.push(
      await proxied.truth(
        "SELECT (SELECT count(*) FROM parent), (SELECT count(*) FROM child), (SELECT string_agg(what, ',' ORDER BY at) FROM audit), (SELECT count(*) FROM plain), (SELECT count(*) FROM late)",
      ),
    );
  }
  expect(seen[1]).toBe(seen[0]);
  expect(truths[1]).toEqual(truths[0]);
}

const cascade = "DELETE FROM parent WHERE id < 3";
const cascaded = "audit +2, child -20, parent -2 (2 by server)";

const cases: Case[] = [
  {
    name: "a cascade and a trigger, on their own in a query string",
    script: [[query(cascade)]],
    rows: [`${cascade}: ${cascaded} committed`],
  },
  {
    name: "the same prepared, and rows that come back",
    script: [
      [
        parse("p", "DELETE FROM parent WHERE id < $1 RETURNING id, v", [23]),
        bind("", "p", ["3"]),
        execute("", 0),
        sync,
      ],
    ],
    rows: [`DELETE FROM parent WHERE id < $1 RETURNING id, v: ${cascaded} committed`],
  },
  {
    name: "in a transaction, each of its own",
    script: [
      [query("BEGIN")],
      [query(cascade)],
      [query("UPDATE parent SET id = id + 100 WHERE id = 3")],
      [query("COMMIT")],
    ],
    rows: [
      `${cascade}: ${cascaded} committed`,
      "UPDATE parent SET id = id + 100 WHERE id = 3: audit +1, child ~10, parent ~1 (1 by server) committed",
    ],
  },
  {
    name: "what is rolled back to a savepoint was counted, and the next is counted from there",
    script: [
      [query("BEGIN")],
      [query("SAVEPOINT s")],
      [query(cascade)],
      [query("ROLLBACK TO s")],
      [query("DELETE FROM parent WHERE id = 1")],
      [query("COMMIT")],
    ],
    rows: [
      `${cascade}: ${cascaded} rolled-back`,
      "DELETE FROM parent WHERE id = 1: audit +1, child -10, parent -1 (1 by server) committed",
    ],
  },
  {
    name: "several segments at once",
    script: [
      [
        ...unnamed("DELETE FROM parent WHERE id = 1"),
        sync,
        ...unnamed("DELETE FROM parent WHERE id = 2"),
        ...unnamed("TABLE plain"),
        ...unnamed("UPDATE parent SET v = 'x' WHERE id = 3"),
        sync,
        query("DELETE FROM parent WHERE id = 4"),
        query("SELECT 1"),
      ],
    ],
    rows: [
      "DELETE FROM parent WHERE id = 1: audit +1, child -10, parent -1 (1 by server) committed",
      "DELETE FROM parent WHERE id = 2: audit +1, child -10, parent -1 (1 by server) committed",
      "UPDATE parent SET v = 'x' WHERE id = 3: audit +1, parent ~1 (1 by server) committed",
      "DELETE FROM parent WHERE id = 4: audit +1, child -10, parent -1 (1 by server) committed",
    ],
  },
  {
    name: "a function that writes",
    script: [[query("SELECT sneaky(10)")], [...unnamed("SELECT sneaky(20)"), sync]],
    rows: [
      "SELECT sneaky(10): child -10, plain ~7 committed",
      "SELECT sneaky(20): child -10, plain ~7 committed",
    ],
  },
  {
    name: "names that are no ASCII",
    script: [[query("SELECT exotic()")]],
    rows: ['SELECT exotic(): Übung "1" +2 committed'],
  },
  {
    name: "a write within a SELECT, of which the server says nothing",
    script: [
      [query("WITH d AS (DELETE FROM plain WHERE id < 4 RETURNING id) SELECT count(*) FROM d")],
      [...unnamed("WITH u AS (UPDATE plain SET v = 'x' RETURNING id) SELECT id FROM u"), sync],
    ],
    rows: [
      "WITH d AS (DELETE FROM plain WHERE id < 4 RETURNING id) SELECT count(*) FROM d: plain -3 (3 by statistics) committed",
      "WITH u AS (UPDATE plain SET v = 'x' RETURNING id) SELECT id FROM u: plain ~4 (4 by statistics) committed",
    ],
  },
  {
    name: "several writes in one statement",
    script: [
      [
        query(
          "WITH d AS (DELETE FROM plain WHERE id < 4 RETURNING id) INSERT INTO audit (what) SELECT 'moved' FROM d",
        ),
      ],
    ],
    rows: [
      "WITH d AS (DELETE FROM plain WHERE id < 4 RETURNING id) INSERT INTO audit (what) SELECT 'moved' FROM d: audit +3, plain -3 (3 by server) committed",
    ],
  },
  {
    name: "EXPLAIN ANALYZE, with what it really does",
    script: [
      [
        query(
          "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) DELETE FROM plain WHERE id = 1",
        ),
      ],
    ],
    rows: [
      "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) DELETE FROM plain WHERE id = 1: plain -1 (1 by statistics) committed",
    ],
  },
  {
    name: "COPY TO, CREATE TABLE AS and a cursor that run a function",
    script: [
      [query("COPY (SELECT sneaky(10)) TO STDOUT")],
      [...unnamed("COPY (SELECT sneaky(20)) TO STDOUT"), sync],
      [query("CREATE TEMP TABLE made AS SELECT sneaky(30)")],
      [query("BEGIN")],
      [query("DECLARE c CURSOR FOR SELECT sneaky(40)")],
      [query("FETCH c")],
      [query("COMMIT")],
    ],
    rows: [
      "COPY (SELECT sneaky(10)) TO STDOUT: child -10, plain ~7 committed",
      "COPY (SELECT sneaky(20)) TO STDOUT: child -10, plain ~7 committed",
      "CREATE TEMP TABLE made AS SELECT sneaky(30): made +1, child -10, plain ~7 (1 by server) committed",
      "DECLARE c CURSOR FOR SELECT sneaky(40):  committed",
      "FETCH c: child -10, plain ~7 committed",
    ],
  },
  {
    name: "rows that nobody fetches to the end",
    script: [
      [
        ...[parse("", "UPDATE plain SET v = 'x' RETURNING id"), bind("", ""), execute("", 1)],
        ...unnamed("SELECT 2"),
        sync,
      ],
    ],
    rows: ["UPDATE plain SET v = 'x' RETURNING id: plain ~7 (7 by statistics) committed"],
  },
  {
    name: "a function that is fetched row by row",
    script: [
      [query("BEGIN")],
      [parse("", "SELECT sneaky(n) FROM generate_series(1, 3) n"), bind("c", ""), execute("c", 1), sync],
      [execute("c", 1), sync],
      [execute("c", 0), sync],
      [query("COMMIT")],
    ],
    rows: ["SELECT sneaky(n) FROM generate_series(1, 3) n: child -3, plain ~21 committed"],
  },
  {
    name: "a string of several statements has one count",
    script: [
      [query(`UPDATE plain SET v = 'a' WHERE id = 1; ${cascade}; SELECT 1`)],
      [query("BEGIN")],
      [query(`UPDATE plain SET v = 'a' WHERE id = 1; ${cascade.replace("3", "4")}`)],
      [query("ROLLBACK")],
    ],
    rows: [
      `${cascade} [string]: audit +2, child -20, parent -2, plain ~1 (2 by server) committed`,
      `${cascade.replace("3", "4")} [string]: audit +1, child -10, parent -1, plain ~1 (1 by server) rolled-back`,
    ],
  },
  {
    name: "a prepared statement that is executed by SQL",
    script: [[query(`PREPARE p AS ${cascade}`)], [query("EXECUTE p")]],
    rows: [`EXECUTE p: ${cascaded} committed`],
  },
  {
    name: "a procedure in a transaction, and one that commits",
    script: [
      [query("BEGIN")],
      [query("CALL writes()")],
      [query("DO $$ BEGIN DELETE FROM parent WHERE id = 5; END $$")],
      [query("COMMIT")],
      [query("CALL commits()")],
      [...unnamed("CALL commits()"), sync],
    ],
    rows: [
      "CALL writes(): audit +1 committed",
      "DO $$ BEGIN DELETE FROM parent WHERE id = 5; END $$: audit +1, child -10, parent -1 committed",
    ],
  },
  {
    name: "an error of the statement: its place, its hint, what comes behind it",
    script: [
      [query("UPDATE parent SET v = 'refused' WHERE id = 2")],
      [query("DELETE FROM parent")],
      [query("DELETE FROM parent WHERE idd = 1")],
      [query("SELECT sneaky(3) + missing")],
      [query("SELECT sneaky('x')")],
      [...unnamed("DELETE FROM parent"), ...unnamed("SELECT 1"), sync],
      [query("BEGIN")],
      [query("DELETE FROM parent WHERE id = 1")],
      [query("DELETE FROM parent WHERE id = 2")],
      [query("DELETE FROM parent WHERE id = 3")],
      [...unnamed("DELETE FROM parent WHERE id = 3"), sync],
      [query("COMMIT")],
      [query("DELETE FROM parent WHERE id = 3; DELETE FROM parent WHERE id = 2; SELECT 1")],
    ],
    rows: [
      "UPDATE parent SET v = 'refused' WHERE id = 2: audit +1, parent ~1 (1 by server) committed",
      "DELETE FROM parent WHERE id = 1: audit +1, child -10, parent -1 (1 by server) rolled-back",
    ],
  },
  {
    name: "a constraint that fails when the transaction ends",
    script: [
      [query("INSERT INTO late SELECT sneaky(100)")],
      [...unnamed("INSERT INTO late SELECT sneaky(100)"), sync],
      [query("BEGIN")],
      [query("INSERT INTO late SELECT sneaky(100)")],
      [query("COMMIT")],
    ],
    rows: [
      "INSERT INTO late SELECT sneaky(100): child -50, late +1, plain ~7 (1 by server) rolled-back",
      "INSERT INTO late SELECT sneaky(100): child -50, late +1, plain ~7 (1 by server) rolled-back",
    ],
  },
  {
    name: "settings and notifications come where they would",
    script: [
      [query("LISTEN news")],
      [query("SELECT settled()")],
      [query("SELECT told()")],
      [...unnamed("SELECT told()"), sync],
    ],
    rows: [
      "SELECT settled(): audit +1 committed",
      "SELECT told(): audit +1 committed",
      "SELECT told(): audit +1 committed",
    ],
  },
  {
    name: "an unnamed statement and a portal outlive it where they would",
    script: [
      [parse("", "SELECT 7"), sync],
      [query("BEGIN")],
      [parse("", "SELECT n FROM generate_series(1, 3) n"), bind("c", ""), execute("c", 1), sync],
      [parse("d", cascade), bind("d", "d"), execute("d", 0), sync],
      [execute("c", 1), sync],
      [bind("", ""), execute("", 0), sync],
      [query("SELECT count(*) FROM pg_prepared_statements UNION ALL SELECT count(*) FROM pg_cursors")],
      [query(cascade)],
      [bind("", ""), execute("", 0), sync],
      [query("ROLLBACK")],
    ],
    rows: [`${cascade}: ${cascaded} rolled-back`, `${cascade}:  (0 by server) rolled-back`],
  },
  {
    name: "a segment that is not ended at once",
    script: [
      [...unnamed("DELETE FROM parent WHERE id = 1"), flush],
      [...unnamed("DELETE FROM parent WHERE id = 2"), flush],
      [sync],
    ],
    rows: [
      "DELETE FROM parent WHERE id = 1: audit +1, child -10, parent -1 (1 by server) committed",
      "DELETE FROM parent WHERE id = 2: audit +1, child -10, parent -1 (1 by server) committed",
    ],
  },
  {
    name: "what the completion tag tells is not asked for",
    script: [
      [query("INSERT INTO plain VALUES (9)")],
      [query("INSERT INTO parted VALUES (1), (2)")],
      [query("INSERT INTO parent VALUES (9)")],
      [query("SELECT * FROM parent")],
      [query("TRUNCATE audit")],
    ],
    rows: [],
  },
];

describe("rows that no completion tag tells of", () => {
  test.each(cases)("$name", async ({ script, rows }) => {
    await bothWays(script);
    expect(stories(proxied.recorder).flatMap(measured)).toEqual(rows);
  });
});

/** A statement that runs long enough to be interrupted, and one that waits behind what it has locked. */
const HELD = "DELETE FROM parent WHERE id = 1";

describe("what goes wrong with a question of ours is the client's error", () => {
  /** Everything the client sees, and the one final record, of `messages` while `pg_class` cannot be read. */
  async function whileLocked(messages: readonly FrontendMessage[], before: string[] = []) {
    await proxied.truth(reset);
    const client = await proxied.connect();
    await client.query("DELETE FROM parent WHERE id = 5");
    for (const sql of before) await client.query(sql);
    await client.query("SET statement_timeout = 300");
    proxied.recorder.clear();
    await proxied.truth("BEGIN; LOCK TABLE pg_class IN ACCESS EXCLUSIVE MODE");
    try {
      return await client.run(...messages);
    } finally {
      await proxied.truth("ROLLBACK");
    }
  }

  const timedOut = "error ERROR 57014 canceling statement due to statement timeout";

  test("before a query string, which then does not run", async () => {
    expect(await whileLocked([query(HELD)])).toEqual([timedOut, "ready idle"]);
    expect(stories(proxied.recorder).map(({ steps }) => steps)).toEqual([["requested", "cancelled"]]);
    expect(stories(proxied.recorder)[0]?.final?.effect).toMatchObject({ code: "57014", rows: {} });
    expect(await proxied.truth("SELECT count(*)::int FROM parent")).toEqual([[4]]);
  });

  test("in a transaction, which then has failed", async () => {
    const answers = await whileLocked([query(HELD), query("SELECT 1"), query("COMMIT")], ["BEGIN"]);
    const aborted = "current transaction is aborted, commands ignored until end of transaction block";
    expect(answers).toEqual([
      timedOut,
      "ready failed",
      `error ERROR 25P02 ${aborted}`,
      "ready failed",
      "complete ROLLBACK",
      "ready idle",
    ]);
    expect(await proxied.truth("SELECT count(*)::int FROM parent")).toEqual([[4]]);
  });

  test("in a segment, of which the rest is skipped", async () => {
    const answers = await whileLocked([...unnamed(HELD), ...unnamed("SELECT 1"), sync]);
    expect(answers).toEqual(["parse-complete", "bind-complete", timedOut, "ready idle"]);
    expect(stories(proxied.recorder).map(({ steps }) => steps)).toEqual([
      ["requested", "cancelled"],
      ["requested", "cancelled"],
    ]);
  });
});

describe("a question behind a statement that has succeeded takes its success back when it fails", () => {
  // Nobody does that; it stands for a cancellation or a time limit that hits in that very moment.
  const breaks = `
    CREATE OR REPLACE FUNCTION breaks() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO audit (what) VALUES ('broken');
      ALTER FUNCTION pg_catalog.pg_stat_get_xact_tuples_inserted(oid) RENAME TO gone;
      RETURN 7; END $$`;
  const lost = "error ERROR 42883 function pg_catalog.pg_stat_get_xact_tuples_inserted(oid) does not exist";
  const columns = "columns breaks:23:0";

  test.each<[string, FrontendMessage[][], string[]]>([
    ["a query string", [[query("SELECT breaks()")]], [columns, "row 7", lost, "ready idle"]],
    [
      "in a transaction",
      [[query("BEGIN")], [query("SELECT breaks()")], [query("COMMIT")]],
      [
        ...["complete BEGIN", "ready in-transaction"],
        ...[columns, "row 7", lost, "ready failed"],
        ...["complete ROLLBACK", "ready idle"],
      ],
    ],
    [
      "a segment",
      [[...unnamed("SELECT breaks()"), ...unnamed("SELECT 1"), sync]],
      ["parse-complete", "bind-complete", "row 7", lost, "ready idle"],
    ],
  ])("%s", async (_name, script, answers) => {
    await proxied.truth(reset);
    await proxied.truth(breaks);
    const client = await proxied.connect();
    const seen: string[] = [];
    for (const messages of script) seen.push(...(await client.run(...messages)));
    expect(seen.map((line) => (line.startsWith(lost) ? lost : line))).toEqual(answers);
    expect(await proxied.truth("SELECT count(*)::int FROM audit")).toEqual([[0]]);
    const [story] = stories(proxied.recorder).filter(({ requested }) =>
      requested.statement?.text.includes("breaks"),
    );
    expect(story?.final).toMatchObject({
      effect: { code: "42883", status: "error" },
      transaction: { outcome: "rolled-back" },
    });
    expect(story?.final?.effect?.byTable).toBeUndefined();
    expect(await client.query("SELECT 1")).toContain("row 1");
  });
});

describe("nothing is asked", () => {
  test("where somebody has forbidden to read the counters", async () => {
    await proxied.truth(reset);
    await proxied.truth("REVOKE EXECUTE ON FUNCTION pg_stat_get_xact_tuples_deleted(oid) FROM PUBLIC");
    try {
      const another = await proxied.another({});
      const client = await another.connect();
      expect(await client.query(cascade)).toContain("complete DELETE 2");
      await client.close();
      await another.proxy.drain(1000);
      expect(stories(another.recorder).flatMap(measured)).toEqual([]);
    } finally {
      await proxied.truth("GRANT EXECUTE ON FUNCTION pg_stat_get_xact_tuples_deleted(oid) TO PUBLIC");
    }
  });

  test("where the server does not count, nothing is told", async () => {
    await proxied.truth(reset);
    const client = await proxied.connect();
    await client.query("SET track_counts = off");
    expect(await client.query(cascade)).toContain("complete DELETE 2");
    await client.close();
    await proxied.settled();
    expect(stories(proxied.recorder).flatMap(measured)).toEqual([]);
  });
});

test("a server that dies behind a statement of which it has not said that it stands leaves it unknown", async () => {
  await proxied.truth(reset);
  const client = await proxied.connect();
  client.send(query("SELECT sneaky(5) FROM pg_sleep(5)"));
  const running =
    "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT sneaky(5)%' AND state = 'active'";
  await expect.poll(() => proxied.truth(`SELECT count(*)::int ${running}`)).toEqual([[1]]);
  await proxied.truth(`SELECT pg_terminate_backend(pid) ${running}`);
  await client.until("ready-for-query");
  await proxied.settled();
  expect(stories(proxied.recorder)[0]?.final).toMatchObject({
    transaction: { outcome: "unknown" },
    type: "db.statement.unknown",
  });
});
