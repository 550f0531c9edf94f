import { Client } from "pg";
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { outcomes, stories } from "./well-formed.ts";
import { query, sendCancel, shown, sync, unnamed, type WireClient } from "./wire-client.ts";

const proxied = useProxy(`
  CREATE TABLE t (id int);
  CREATE FUNCTION loops() RETURNS int LANGUAGE plpgsql AS $$ BEGIN LOOP INSERT INTO t VALUES (1); END LOOP; END $$;
`);

const cancel = (key: Parameters<typeof sendCancel>[1]) => sendCancel(proxied.port, key);

async function running(client: WireClient, sql: string): Promise<void> {
  client.send(query(sql));
  const active = `SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query = '${sql}'`;
  await expect.poll(() => proxied.truth(active), { interval: 5 }).toEqual([[1]]);
}

describe("a cancel request", () => {
  test.each([0, 2])("ends the statement, and the record says so: protocol 3.%i", async (minorVersion) => {
    const client = await proxied.connect({ minorVersion });
    await running(client, "INSERT INTO t SELECT 1 FROM pg_sleep(9)");
    await cancel(client);
    expect((await client.until("ready-for-query")).map(shown)).toEqual([
      "error ERROR 57014 canceling statement due to user request",
      "ready idle",
    ]);
    expect(outcomes(proxied.recorder)).toEqual([
      "INSERT INTO t SELECT 1 FROM pg_sleep(9) · cancelled · rolled-back",
    ]);
    expect(stories(proxied.recorder)[0]?.final?.effect?.code).toBe("57014");
    expect(proxied.recorder.types()).toContain("db.cancel.requested");
    expect(await client.query("SELECT 1")).toContain("row 1");
  });

  test.each([
    ["a function that loops for ever", "SELECT loops()"],
    ["a statement that waits for somebody else's lock", "DELETE FROM t WHERE id = 7"],
  ])("ends %s, and nothing of it stays", async (_name, sql) => {
    const other = await proxied.connectDirectly();
    await other.query("BEGIN");
    if (sql.startsWith("DELETE")) await other.query("LOCK TABLE t IN SHARE MODE");
    const client = await proxied.connect();
    await running(client, sql);
    await cancel(client);
    expect((await client.until("ready-for-query")).map(shown)).toContain("ready idle");
    expect(outcomes(proxied.recorder)).toEqual([`${sql} · cancelled · rolled-back`]);
    await other.query("ROLLBACK");
    expect(await client.query("SELECT count(*) FROM t")).toContain("row 0");
  });

  test("does nothing with a wrong key, the server's own key, or the key of a connection that has ended", async () => {
    const [client, gone] = [await proxied.connect(), await proxied.connect({ minorVersion: 2 })];
    await gone.close();
    await running(client, "SELECT 1 FROM pg_sleep(0.3)");
    const { processId, secretKey } = client;
    const wrong = Buffer.from(secretKey);
    wrong[3] = (wrong[3] as number) ^ 1;
    const pid = (
      await proxied.truth(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT 1 FROM pg_sleep%'",
      )
    )[0]?.[0];
    await cancel({ processId, secretKey: wrong });
    await cancel({ processId, secretKey: Buffer.concat([secretKey, Buffer.alloc(4)]) });
    await cancel({ processId: pid as number, secretKey });
    await cancel(gone);
    expect((await client.until("ready-for-query")).map(shown)).toContain("complete SELECT 1");
    expect(proxied.recorder.types()).not.toContain("db.cancel.requested");
  });

  test("comes from node-postgres and postgres.js as from psql", async () => {
    const client = new Client({ connectionString: proxied.url });
    await client.connect();
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    const key = Buffer.alloc(4);
    key.writeInt32BE(secretKey);
    const sleeping = client.query("SELECT pg_sleep(9)");
    setTimeout(() => void cancel({ processId: processID, secretKey: key }), 50);
    await expect(sleeping).rejects.toMatchObject({ code: "57014" });
    await client.end();

    const sql = postgres(proxied.url, { max: 1 });
    await sql`SELECT 1`;
    const pending = sql`SELECT pg_sleep(9)`;
    setTimeout(() => pending.cancel(), 50);
    await expect(pending).rejects.toMatchObject({ code: "57014" });
    await sql.end();
  });

  test("in a transaction fails it", async () => {
    const client = await proxied.connect();
    await client.query("BEGIN; INSERT INTO t VALUES (1)");
    await running(client, "SELECT pg_sleep(8)");
    await cancel(client);
    expect((await client.until("ready-for-query")).map(shown).at(-1)).toBe("ready failed");
    await client.query("COMMIT");
    expect(outcomes(proxied.recorder).slice(1)).toEqual([
      "INSERT INTO t VALUES (1) · completed · ok · rolled-back · affected 1",
      "SELECT pg_sleep(8) · cancelled · rolled-back",
      "COMMIT · completed · ok · rolled-back",
    ]);
  });
});

describe("what the server says unasked", () => {
  test("notifications reach an idle client, and a busy one between its answers", async () => {
    const [listener, speaker] = [await proxied.connect(), await proxied.connect()];
    await listener.query("LISTEN news");
    await speaker.query("NOTIFY news, 'one'");
    expect(shown((await listener.receive()) as never)).toBe("notification news one");
    await listener.query("BEGIN");
    await speaker.query("SELECT pg_notify('news', 'two')");
    expect(await listener.query("SELECT 1")).not.toContain("notification news two");
    expect(await listener.query("COMMIT")).toContain("notification news two");
  });

  test("notices and changed settings come in their place", async () => {
    const [direct, client] = [await proxied.connectDirectly(), await proxied.connect()];
    const script = [
      [query("DO $$ BEGIN RAISE NOTICE 'a'; RAISE WARNING 'b'; END $$")],
      [query("SET TimeZone = 'Asia/Tokyo'; SELECT 1; SET DateStyle = 'German'; RESET TimeZone")],
      [...unnamed("SET application_name = 'other'"), ...unnamed("SELECT 1"), sync],
      [query("BEGIN; SET LOCAL TimeZone = 'UTC'"), query("ROLLBACK")],
      [query("DROP TABLE IF EXISTS nothing")],
      [query("COMMIT")],
    ];
    for (const messages of script)
      expect(await client.run(...messages)).toEqual(await direct.run(...messages));
  });

  test("hundreds of changed settings are relayed in order", async () => {
    const client = await proxied.connect();
    const names = Array.from({ length: 500 }, (_, at) => `app ${at}`);
    const answers = await client.run(...names.map((name) => query(`SET application_name = '${name}'`)));
    expect(answers.filter((line) => line.startsWith("setting"))).toEqual(
      names.map((name) => `setting application_name=${name}`),
    );
  });
});
