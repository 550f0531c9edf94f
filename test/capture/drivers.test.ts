import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Client, Pool } from "pg";
import postgres from "postgres";
import { beforeEach, describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { outcomes, stories } from "./well-formed.ts";

const proxied = useProxy("CREATE TABLE t (id int PRIMARY KEY, v text, at timestamptz, tags text[])");

beforeEach(async () => {
  await proxied.truth("TRUNCATE t");
});

describe("node-postgres", () => {
  async function withClient(work: (client: Client) => Promise<void>): Promise<void> {
    const client = new Client({ connectionString: proxied.url });
    await client.connect();
    await work(client).finally(() => client.end());
  }

  test("queries with values, named statements, and errors", () =>
    withClient(async (client) => {
      const insert = { name: "add", text: "INSERT INTO t VALUES ($1, $2, $3, $4) RETURNING id" };
      for (const id of [1, 2, 3])
        expect((await client.query({ ...insert, values: [id, "v", new Date(0), ["a", "b"]] })).rows).toEqual([
          { id },
        ]);
      await expect(client.query({ ...insert, values: [3, null, null, null] })).rejects.toMatchObject({
        code: "23505",
        constraint: "t_pkey",
      });
      expect((await client.query("SELECT id, tags FROM t WHERE id = ANY($1)", [[1, 3]])).rows).toEqual([
        { id: 1, tags: ["a", "b"] },
        { id: 3, tags: ["a", "b"] },
      ]);
      expect((await client.query("SELECT 1 AS one; SELECT 2 AS two")) as unknown).toMatchObject([
        { rows: [{ one: 1 }] },
        { rows: [{ two: 2 }] },
      ]);
      await expect(client.query("SELECT * FROM missing")).rejects.toMatchObject({
        code: "42P01",
        position: "15",
      });
      expect(
        stories(proxied.recorder).filter(({ requested }) => requested.statement?.text === insert.text),
      ).toHaveLength(4);
      expect(
        stories(proxied.recorder)[0]
          ?.final?.statement?.parameters?.map(({ value }) => value)
          .slice(0, 2),
      ).toEqual(["1", "v"]);
    }));

  test("a pool with transactions side by side", async () => {
    const pool = new Pool({ connectionString: proxied.url, max: 8 });
    await Promise.all(
      Array.from({ length: 40 }, async (_, id) => {
        const client = await pool.connect();
        try {
          await client.query("BEGIN");
          await client.query("INSERT INTO t (id) VALUES ($1)", [id]);
          await client.query(id % 2 === 0 ? "COMMIT" : "ROLLBACK");
        } finally {
          client.release();
        }
      }),
    );
    await pool.end();
    await proxied.settled();
    const writes = stories(proxied.recorder).filter(({ answered }) => answered);
    expect(writes).toHaveLength(40);
    for (const { final } of writes) {
      const isEven = Number(final?.statement?.parameters?.[0]?.value) % 2 === 0;
      expect(final?.transaction?.outcome).toBe(isEven ? "committed" : "rolled-back");
    }
    expect(await proxied.truth("SELECT count(*)::int FROM t")).toEqual([[20]]);
  });
});

describe("postgres.js", () => {
  async function withSql(work: (sql: postgres.Sql) => Promise<void>, max = 1): Promise<void> {
    const sql = postgres(proxied.url, { max, onnotice: () => {} });
    // Without a limit, the driver waits for ever after a readable that it had paused.
    await work(sql).finally(() => sql.end({ timeout: 0 }));
  }

  test("a pipeline on one connection", () =>
    withSql(async (sql) => {
      await sql`INSERT INTO t (id) SELECT generate_series(0, 99)`;
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, id) => sql`SELECT id FROM t WHERE id = ${id}`),
      );
      expect(answers.map((rows) => rows[0]?.["id"])).toEqual(Array.from({ length: 100 }, (_, id) => id));
      const settled = await Promise.allSettled(
        Array.from({ length: 50 }, (_, at) => sql`SELECT 10 / (${at}::int % 5) AS quotient`),
      );
      expect(settled.filter(({ status }) => status === "rejected")).toHaveLength(10);
    }));

  test("a cursor", () =>
    withSql(async (sql) => {
      const sizes: number[] = [];
      await sql`SELECT generate_series(1, 25) AS n`.cursor(10, (rows) => void sizes.push(rows.length));
      expect(sizes).toEqual([10, 10, 5]);
      expect(outcomes(proxied.recorder)).toContain(
        "SELECT generate_series(1, 25) AS n · completed · ok · committed · returned 25",
      );
      for await (const rows of sql`SELECT generate_series(1, 1000) AS n`.cursor(7)) {
        if (rows.length > 0) break;
      }
      expect(await sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
    }));

  test("simple queries, and files of several statements", () =>
    withSql(async (sql) => {
      const answers =
        (await sql`INSERT INTO t (id) VALUES (1); SELECT count(*)::int AS n FROM t; DELETE FROM t`.simple()) as unknown[];
      expect(answers[1]).toEqual([{ n: 1 }]);
      expect(outcomes(proxied.recorder).filter((line) => !line.includes("pg_catalog"))).toEqual([
        "INSERT INTO t (id) VALUES (1) · completed · ok · committed · affected 1",
        "SELECT count(*)::int AS n FROM t · completed · ok · committed · returned 1",
        "DELETE FROM t · completed · ok · committed · affected 1",
      ]);
    }));

  test("COPY by streams, in and out", () =>
    withSql(async (sql) => {
      const rows = Array.from({ length: 2000 }, (_, id) => `${id}\tvalue ${id}\n`);
      await pipeline(Readable.from(rows), await sql`COPY t (id, v) FROM STDIN`.writable());
      expect(await sql`SELECT count(*)::int AS n FROM t`).toEqual([{ n: 2000 }]);
      const readable = await sql`COPY (SELECT id, v FROM t ORDER BY id) TO STDOUT`.readable();
      let text = "";
      for await (const chunk of readable) text += chunk;
      expect(text).toBe(rows.join(""));
      const bulks = stories(proxied.recorder).flatMap(({ final }) => final?.effect?.bulk ?? []);
      expect(bulks.map(({ bytes }) => bytes)).toEqual([text.length, text.length]);
      expect(bulks[0]?.digest).toBe(bulks[1]?.digest);
    }));

  test("transactions and savepoints", () =>
    withSql(async (sql) => {
      await sql.begin(async (transaction) => {
        await transaction`INSERT INTO t (id) VALUES (1)`;
        await transaction
          .savepoint(async (savepoint) => {
            await savepoint`INSERT INTO t (id) VALUES (2)`;
            throw new Error("take it back");
          })
          .catch(() => {});
        await Promise.all([
          transaction`INSERT INTO t (id) VALUES (3)`,
          transaction`INSERT INTO t (id) VALUES (4)`,
        ]);
      });
      await sql.begin((transaction) => transaction`INSERT INTO t (id) VALUES (1)`).catch(() => {});
      expect((await proxied.truth("SELECT id FROM t ORDER BY id")).flat()).toEqual([1, 3, 4]);
      const inserts = outcomes(proxied.recorder).filter((line) => line.startsWith("INSERT"));
      expect(inserts.map((line) => line.replace("INSERT INTO t (id) VALUES ", ""))).toEqual([
        "(1) · completed · ok · committed · affected 1",
        "(2) · completed · ok · rolled-back · affected 1",
        "(3) · completed · ok · committed · affected 1",
        "(4) · completed · ok · committed · affected 1",
        "(1) · failed · error · rolled-back",
      ]);
    }));

  test("LISTEN and NOTIFY", () =>
    withSql(async (sql) => {
      let hear: (text: string) => void = () => {};
      const heard = new Promise<string>((resolve) => {
        hear = resolve;
      });
      await sql.listen("news", (text) => hear(text));
      await sql.notify("news", "hello");
      expect(await heard).toBe("hello");
    }, 2));
});
