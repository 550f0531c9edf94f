import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { outcomes } from "./well-formed.ts";

const proxied = useProxy(`
  CREATE TABLE t (id int PRIMARY KEY, v text);
  CREATE TABLE child (id int REFERENCES t DEFERRABLE INITIALLY DEFERRED);
`);

beforeEach(async () => {
  await proxied.truth("TRUNCATE t, child");
});

interface Case {
  readonly name: string;
  /** Query strings, one message each. */
  readonly strings: readonly string[];
  readonly outcomes: readonly string[];
  /** The ids in table t afterwards. */
  readonly ids: readonly number[];
}

const cases: Case[] = [
  {
    name: "autocommit",
    strings: [
      "INSERT INTO t VALUES (1), (2)",
      "UPDATE t SET v = 'x'",
      "DELETE FROM t WHERE id = 2",
      "TABLE t",
    ],
    outcomes: [
      "INSERT INTO t VALUES (1), (2) · completed · ok · committed · affected 2",
      "UPDATE t SET v = 'x' · completed · ok · committed · affected 2",
      "DELETE FROM t WHERE id = 2 · completed · ok · committed · affected 1",
      "TABLE t · completed · ok · committed · returned 1",
    ],
    ids: [1],
  },
  {
    name: "a transaction that commits",
    strings: ["BEGIN", "INSERT INTO t VALUES (1)", "TABLE t", "COMMIT"],
    outcomes: [
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · committed · affected 1",
      "TABLE t · completed · ok · open · returned 1",
      "COMMIT · completed · ok · committed",
    ],
    ids: [1],
  },
  {
    name: "a transaction that rolls back",
    strings: ["BEGIN", "INSERT INTO t VALUES (1)", "ROLLBACK", "INSERT INTO t VALUES (2)"],
    outcomes: [
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "ROLLBACK · completed · ok · rolled-back",
      "INSERT INTO t VALUES (2) · completed · ok · committed · affected 1",
    ],
    ids: [2],
  },
  {
    name: "COMMIT of a failed transaction",
    strings: ["BEGIN", "INSERT INTO t VALUES (1)", "SELECT 1/0", "INSERT INTO t VALUES (2)", "COMMIT"],
    outcomes: [
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "SELECT 1/0 · failed · error · rolled-back",
      "INSERT INTO t VALUES (2) · failed · error · rolled-back",
      "COMMIT · completed · ok · rolled-back",
    ],
    ids: [],
  },
  {
    name: "a connection that ends within a transaction",
    strings: ["BEGIN", "INSERT INTO t VALUES (1)"],
    outcomes: [
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
    ],
    ids: [],
  },
  {
    name: "savepoints: ROLLBACK TO, RELEASE, nested, the same name twice",
    strings: [
      "BEGIN",
      "INSERT INTO t VALUES (1)",
      "SAVEPOINT s",
      "INSERT INTO t VALUES (2)",
      "SAVEPOINT s",
      "INSERT INTO t VALUES (3)",
      "ROLLBACK TO s",
      "INSERT INTO t VALUES (4)",
      "RELEASE s",
      "ROLLBACK TO s",
      "INSERT INTO t VALUES (5)",
      "COMMIT",
    ],
    outcomes: [
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · committed · affected 1",
      "SAVEPOINT s · completed · ok · open",
      "INSERT INTO t VALUES (2) · completed · ok · rolled-back · affected 1",
      "SAVEPOINT s · completed · ok · open",
      "INSERT INTO t VALUES (3) · completed · ok · rolled-back · affected 1",
      "ROLLBACK TO s · completed · ok · open",
      "INSERT INTO t VALUES (4) · completed · ok · rolled-back · affected 1",
      "RELEASE s · completed · ok · open",
      "ROLLBACK TO s · completed · ok · open",
      "INSERT INTO t VALUES (5) · completed · ok · committed · affected 1",
      "COMMIT · completed · ok · committed",
    ],
    ids: [1, 5],
  },
  {
    name: "an error and ROLLBACK TO SAVEPOINT",
    strings: [
      "BEGIN; INSERT INTO t VALUES (1); SAVEPOINT s",
      "INSERT INTO t VALUES (2); INSERT INTO t VALUES (2)",
      "ROLLBACK TO SAVEPOINT s",
      "COMMIT",
    ],
    outcomes: [
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · committed · affected 1",
      "SAVEPOINT s · completed · ok · open",
      "INSERT INTO t VALUES (2) · completed · ok · rolled-back · affected 1",
      "INSERT INTO t VALUES (2) · failed · error · rolled-back",
      "ROLLBACK TO SAVEPOINT s · completed · ok · open",
      "COMMIT · completed · ok · committed",
    ],
    ids: [1],
  },
  {
    name: "one string, and COMMIT within it",
    strings: ["INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (1)"],
    outcomes: [
      "INSERT INTO t VALUES (1) · completed · ok · committed · affected 1",
      "COMMIT · completed · ok · committed",
      "INSERT INTO t VALUES (1) · failed · error · rolled-back",
    ],
    ids: [1],
  },
  {
    name: "one string is one transaction",
    strings: ["INSERT INTO t VALUES (1); INSERT INTO t VALUES (1); TABLE t"],
    outcomes: [
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "INSERT INTO t VALUES (1) · failed · error · rolled-back",
      "TABLE t · cancelled · skipped · rolled-back",
    ],
    ids: [],
  },
  {
    name: "one string that opens a transaction, and another that goes on",
    strings: [
      "INSERT INTO t VALUES (1); BEGIN; INSERT INTO t VALUES (2)",
      "INSERT INTO t VALUES (3); COMMIT",
    ],
    outcomes: [
      "INSERT INTO t VALUES (1) · completed · ok · committed · affected 1",
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (2) · completed · ok · committed · affected 1",
      "INSERT INTO t VALUES (3) · completed · ok · committed · affected 1",
      "COMMIT · completed · ok · committed",
    ],
    ids: [1, 2, 3],
  },
  {
    name: "ROLLBACK within a string that no BEGIN opened",
    strings: ["INSERT INTO t VALUES (1); ROLLBACK; INSERT INTO t VALUES (2)"],
    outcomes: [
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "ROLLBACK · completed · ok · rolled-back",
      "INSERT INTO t VALUES (2) · completed · ok · committed · affected 1",
    ],
    ids: [2],
  },
  {
    name: "nothing between semicolons, and nothing at all",
    strings: [";;", "", " -- only a comment", "; INSERT INTO t VALUES (1) ;;"],
    outcomes: ["INSERT INTO t VALUES (1) · completed · ok · committed · affected 1"],
    ids: [1],
  },
  {
    name: "COMMIT AND CHAIN",
    strings: [
      "BEGIN",
      "INSERT INTO t VALUES (1)",
      "COMMIT AND CHAIN",
      "INSERT INTO t VALUES (2)",
      "ROLLBACK",
    ],
    outcomes: [
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · committed · affected 1",
      "COMMIT AND CHAIN · completed · ok · committed",
      "INSERT INTO t VALUES (2) · completed · ok · rolled-back · affected 1",
      "ROLLBACK · completed · ok · rolled-back",
    ],
    ids: [1],
  },
  {
    name: "ROLLBACK AND CHAIN",
    strings: [
      "BEGIN",
      "INSERT INTO t VALUES (1)",
      "ROLLBACK AND CHAIN",
      "INSERT INTO t VALUES (2)",
      "COMMIT",
    ],
    outcomes: [
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "ROLLBACK AND CHAIN · completed · ok · rolled-back",
      "INSERT INTO t VALUES (2) · completed · ok · committed · affected 1",
      "COMMIT · completed · ok · committed",
    ],
    ids: [2],
  },
  {
    name: "COMMIT AND CHAIN of a failed transaction",
    strings: [
      "BEGIN; INSERT INTO t VALUES (1)",
      "SELECT 1/0",
      "COMMIT AND CHAIN",
      "INSERT INTO t VALUES (2); COMMIT",
    ],
    outcomes: [
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "SELECT 1/0 · failed · error · rolled-back",
      "COMMIT AND CHAIN · completed · ok · rolled-back",
      "INSERT INTO t VALUES (2) · completed · ok · committed · affected 1",
      "COMMIT · completed · ok · committed",
    ],
    ids: [2],
  },
  {
    name: "a deferred constraint that fails at COMMIT",
    strings: [
      "BEGIN",
      "INSERT INTO t VALUES (1)",
      "INSERT INTO child VALUES (9)",
      "COMMIT",
      "INSERT INTO t VALUES (2)",
    ],
    outcomes: [
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "INSERT INTO child VALUES (9) · completed · ok · rolled-back · affected 1",
      "COMMIT · failed · error · rolled-back",
      "INSERT INTO t VALUES (2) · completed · ok · committed · affected 1",
    ],
    ids: [2],
  },
  {
    name: "a deferred constraint that fails at the end of a string",
    strings: ["INSERT INTO t VALUES (1); INSERT INTO child VALUES (9)"],
    outcomes: [
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "INSERT INTO child VALUES (9) · failed · error · rolled-back",
    ],
    ids: [],
  },
  {
    name: "definitions, and a table made of a query",
    strings: ["BEGIN; CREATE TABLE made AS SELECT * FROM generate_series(1, 3); ROLLBACK", "SELECT 1 AS one"],
    outcomes: [
      "BEGIN · completed · ok · open",
      "CREATE TABLE made AS SELECT * FROM generate_series(1, 3) · completed · ok · rolled-back · affected 3",
      "ROLLBACK · completed · ok · rolled-back",
      "SELECT 1 AS one · completed · ok · committed · returned 1",
    ],
    ids: [],
  },
  {
    name: "MERGE, INSERT with a conflict, RETURNING, and a CTE that writes",
    strings: [
      "INSERT INTO t VALUES (1), (2) RETURNING id",
      "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING",
      "MERGE INTO t USING (VALUES (2), (3)) s (id) ON t.id = s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.id)",
      "WITH gone AS (DELETE FROM t WHERE id = 1 RETURNING id) SELECT id FROM gone",
    ],
    outcomes: [
      "INSERT INTO t VALUES (1), (2) RETURNING id · completed · ok · committed · affected 2, returned 2",
      "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING · completed · ok · committed · affected 0",
      "MERGE INTO t USING (VALUES (2), (3)) s (id) ON t.id = s.id WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.id) · completed · ok · committed · affected 2",
      "WITH gone AS (DELETE FROM t WHERE id = 1 RETURNING id) SELECT id FROM gone · completed · ok · committed · affected 1, returned 1",
    ],
    ids: [3],
  },
  {
    name: "cursors: DECLARE, FETCH, MOVE, CLOSE",
    strings: [
      "INSERT INTO t SELECT generate_series(1, 5)",
      "BEGIN; DECLARE c SCROLL CURSOR FOR TABLE t",
      "FETCH 2 FROM c",
      "MOVE 2 FROM c",
      "FETCH ALL FROM c",
      "CLOSE c; COMMIT",
    ],
    outcomes: [
      "INSERT INTO t SELECT generate_series(1, 5) · completed · ok · committed · affected 5",
      "BEGIN · completed · ok · open",
      "DECLARE c SCROLL CURSOR FOR TABLE t · completed · ok · open",
      "FETCH 2 FROM c · completed · ok · open · returned 2",
      "MOVE 2 FROM c · completed · ok · open · returned 2",
      "FETCH ALL FROM c · completed · ok · open · returned 1",
      "CLOSE c · completed · ok · open",
      "COMMIT · completed · ok · committed",
    ],
    ids: [1, 2, 3, 4, 5],
  },
];

describe("every execution in a simple query has its true outcome", () => {
  test.each(cases)("$name", async ({ strings, outcomes: expected, ids }) => {
    const client = await proxied.connect();
    for (const sql of strings) await client.query(sql);
    await client.close();
    await proxied.settled();
    expect(outcomes(proxied.recorder)).toEqual(expected);
    expect((await proxied.truth("SELECT id FROM t ORDER BY id")).flat()).toEqual(ids);
  });

  test.each(cases)("the client sees what it would see without a proxy: $name", async ({ strings }) => {
    const seen: string[][] = [];
    for (const url of [proxied.directUrl, proxied.url]) {
      await proxied.truth("TRUNCATE t, child");
      const client = await (url === proxied.url ? proxied.connect() : proxied.connectDirectly());
      const lines: string[] = [];
      for (const sql of strings) lines.push(...(await client.query(sql)));
      await client.close();
      seen.push(lines);
    }
    expect(seen[1]).toEqual(seen[0]);
  });
});

describe("a prepared transaction", () => {
  test("is ended by COMMIT PREPARED and ROLLBACK PREPARED of another connection", async () => {
    const [first, second] = [await proxied.connect(), await proxied.connect()];
    await first.query("BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'one'");
    await first.query("BEGIN; INSERT INTO t VALUES (2); PREPARE TRANSACTION 'two'");
    await first.close();
    await second.query("COMMIT PREPARED 'one'");
    await second.query("ROLLBACK PREPARED 'two'");
    expect(outcomes(proxied.recorder)).toEqual([
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (1) · completed · ok · committed · affected 1",
      "PREPARE TRANSACTION 'one' · completed · ok · open",
      "BEGIN · completed · ok · open",
      "INSERT INTO t VALUES (2) · completed · ok · rolled-back · affected 1",
      "PREPARE TRANSACTION 'two' · completed · ok · open",
      "COMMIT PREPARED 'one' · completed · ok · committed",
      "ROLLBACK PREPARED 'two' · completed · ok · rolled-back",
    ]);
    expect(await proxied.truth("SELECT id FROM t")).toEqual([[1]]);
  });

  test("of a failed transaction is a rollback", async () => {
    const client = await proxied.connect();
    await client.query("BEGIN; INSERT INTO t VALUES (1)");
    await client.query("SELECT 1/0");
    await client.query("PREPARE TRANSACTION 'three'");
    expect(outcomes(proxied.recorder).slice(1)).toEqual([
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "SELECT 1/0 · failed · error · rolled-back",
      "PREPARE TRANSACTION 'three' · completed · ok · rolled-back",
    ]);
    expect(await proxied.truth("SELECT id FROM t")).toEqual([]);
  });
});
