import type { FrontendMessage } from "@custody/wire/postgres";
import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { useProxy } from "./fixture.ts";
import { stories } from "./well-formed.ts";
import { query, sync, unnamed, WireClient } from "./wire-client.ts";

const proxied = useProxy("CREATE TABLE t (client int, id int)");

describe("many at once", () => {
  test("200 connections do mixed work, and nothing gets mixed up", async () => {
    const connections = 200;
    await Promise.all(
      Array.from({ length: connections }, async (_, at) => {
        const client = await WireClient.connect(proxied.url);
        const shows = async (messages: readonly FrontendMessage[], what: string) =>
          expect(await client.run(...messages)).toContain(what);
        await shows([query(`INSERT INTO t VALUES (${at}, 1); SELECT ${at}`)], `row ${at}`);
        await shows([...unnamed("SELECT $1::int + 1", `${at}`), sync], `row ${at + 1}`);
        await client.query(`BEGIN; INSERT INTO t VALUES (${at}, 2)`);
        await shows([query(`SELECT count(*) FROM t WHERE client = ${at}`)], "row 2");
        await client.query(at % 2 === 0 ? "COMMIT" : "ROLLBACK");
        expect((await client.query("SELECT 1/0"))[0]).toMatch(/^error ERROR 22012/);
        await client.close();
      }),
    );
    expect(await proxied.truth("SELECT count(*)::int FROM t")).toEqual([[connections * 1.5]]);
    await proxied.settled();
    const outcomes = new Map<string, number>();
    for (const { final } of stories(proxied.recorder)) {
      if (!final?.statement?.text.startsWith("INSERT")) continue;
      const outcome = final.transaction?.outcome ?? "";
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect(Object.fromEntries(outcomes)).toEqual({
      committed: connections * 1.5,
      "rolled-back": connections / 2,
    });
  });

  test("connections that come and go leave nothing behind", async () => {
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(
        Array.from({ length: 20 }, async (_, at) => {
          const client = new Client({ connectionString: proxied.url });
          client.on("error", () => {});
          await client.connect();
          await client.query("SELECT 1");
          if (at % 2 === 0) await client.end();
          else
            (
              client as unknown as { connection: { stream: { destroy(): void } } }
            ).connection.stream.destroy();
        }),
      );
    }
    await proxied.settled();
    const left =
      "SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    await expect.poll(() => proxied.truth(left)).toEqual([[0]]);
  });
});
