import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { optional } from "./optional.ts";
import { startPostgres } from "./server.ts";
import { createDatabase, sharedPostgres } from "./shared.ts";

async function queryOne(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return Object.values((await client.query(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

describe("a PostgreSQL of our own", () => {
  test("starts with our settings and the given ones, and leaves nothing behind", async () => {
    const server = await startPostgres({ settings: { work_mem: "3MB" } });
    // Distributions add their own words behind the number.
    expect(await queryOne(server.url(), "SHOW server_version")).toMatch(new RegExp(`^${server.version}\\b`));
    expect(await queryOne(server.url(), "SHOW wal_level")).toBe("logical");
    expect(await queryOne(server.url(), "SHOW work_mem")).toBe("3MB");
    await server.stop();
    expect(existsSync(server.dataDir)).toBe(false);
    await expect(queryOne(server.url(), "SELECT 1")).rejects.toThrow("ECONNREFUSED");
  });

  test("asks for the password", async () => {
    const url = new URL(sharedPostgres().url());
    url.password = "wrong";
    await expect(queryOne(url.href, "SELECT 1")).rejects.toThrow("password authentication failed");
  });

  test("says why it did not start", async () => {
    await expect(startPostgres({ settings: { wal_level: "nonsense" } })).rejects.toThrow("wal_level");
  });

  test("two can run at once", async () => {
    const servers = await Promise.all([startPostgres(), startPostgres()]);
    expect(servers[0].port).not.toBe(servers[1].port);
    await Promise.all(servers.map((server) => server.stop()));
  });
});

describe("the shared server", () => {
  test("gives every caller a database of its own, until it is dropped", async () => {
    const [one, two] = [await createDatabase(), await createDatabase()];
    expect(await queryOne(one.url, "SELECT current_database()")).toBe(one.name);
    expect(await queryOne(two.url, "SELECT current_database()")).toBe(two.name);
    await Promise.all([one.drop(), two.drop()]);
    await expect(queryOne(one.url, "SELECT 1")).rejects.toThrow("does not exist");
  });
});

test("optional() finds psql, which can reach the server, or skips", (context) => {
  const psql = optional("psql", context);
  const output = execFileSync(psql, [sharedPostgres().url(), "-Atc", "SELECT 40 + 2"], { encoding: "utf8" });
  expect(output).toBe("42\n");
});

test("optional() skips with the reason when a program is missing", () => {
  let reason: string | undefined;
  const skip = (note?: string): never => {
    reason = note;
    throw new Error("skipped");
  };
  const context = { skip } as Parameters<typeof optional>[1];
  expect(() => optional("no-such-program", context)).toThrow();
  expect(reason ?? "CUSTODY_TEST_REQUIRE=all").toMatch(/not installed|CUSTODY_TEST_REQUIRE/);
});
