import { rmSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Custody } from "../end-to-end/custody-process.ts";
import { dangerousOnScreen, hostileTexts, longLine } from "../hostile/texts.ts";
import { createDatabase } from "../postgres/shared.ts";
import { ecsProblems } from "./ecs-schema.ts";
import { ocsfProblems } from "./ocsf-schema.ts";
import { buildCommand } from "./run-command.ts";

let custody: Custody;
let database: Awaited<ReturnType<typeof createDatabase>>;

beforeAll(async () => {
  buildCommand();
  database = await createDatabase();
  custody = new Custody(database.url);
}, 240_000);
afterAll(async () => {
  await custody?.remove();
  await database?.drop();
});

/** What PostgreSQL can take as text. */
const texts = hostileTexts.map(({ text }) => text).filter((text) => !text.includes("\0"));

/** Ends in as many ways as a statement can without violence. */
async function work(url: string): Promise<void> {
  const client = new Client({ application_name: "\u202ehostile\x1b[2J", connectionString: url });
  await client.connect();
  const quietly = (sql: string) => client.query(sql).catch(() => {});
  await client.query("CREATE TABLE t (a text)");
  for (const text of texts) {
    await client.query("INSERT INTO t VALUES ($1)", [text]);
    await quietly(`SELECT /*${text.replaceAll("*/", "")}*/ 1`);
    await quietly(text);
  }
  await client.query(longLine);
  await client.query("BEGIN");
  await client.query("DELETE FROM t");
  await client.query("ROLLBACK");
  await quietly("SELECT nothing FROM nowhere");
  await quietly("COPY t TO PROGRAM 'cat'");
  await quietly("SELECT 1; SELECT nothing; SELECT 2");
  await client.end();
  const wrong = new Client({ connectionString: url.replace(/:[^:@]+@/, ":wrong@") });
  await wrong.connect().catch(() => {});
  await wrong.end().catch(() => {});
}

const parsed = (text: string) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

test("what real work leaves is exported whole, in every format, while the server runs", async () => {
  await custody.start();
  await work(await custody.sessionUrl());
  const logged = await custody.records<{ index: number; type: string }>();
  const types = new Set(logged.map(({ type }) => type));
  for (const end of ["completed", "failed", "denied", "answered", "requested"])
    expect(types).toContain(`db.statement.${end}`);
  expect(types).toContain("db.connection.refused");

  const exported = async (format: string) => {
    const { code, stderr, stdout } = await custody.run("export", "--format", format, "-o", "-");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split(/\r?\n/).some((line) => dangerousOnScreen.test(line))).toBe(false);
    return stdout;
  };
  const records = parsed(await exported("jsonl"));
  // That somebody looked is on record, so each look finds the one before it.
  expect(records.at(-1)).toMatchObject({ details: { command: "log" }, type: "access.command" });
  expect(records.slice(0, -1).map(({ integrity, ...record }) => record)).toEqual(logged);
  const events = parsed(await exported("ocsf"));
  expect(events).toHaveLength(logged.length + 2);
  expect(events.flatMap((event) => ocsfProblems(event))).toEqual([]);
  const documents = parsed(await exported("ecs"));
  expect(documents).toHaveLength(logged.length + 3);
  expect(documents.flatMap((document) => ecsProblems(document))).toEqual([]);
  const undone = events.find(
    ({ query_info: query, type_uid }) => query?.query_string === "DELETE FROM t" && type_uid === 600507,
  );
  expect(undone).toBeDefined();
  expect((await exported("csv")).split("\r\n")).toHaveLength(logged.length + 6);

  const path = join(custody.directory, "log");
  const { code, stdout } = await custody.run("export", "--format", "tlog", "-o", path, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout).size).toBeGreaterThanOrEqual(logged.length);
  rmSync(path, { recursive: true });
  expect(await custody.stop()).toBe(0);
  const all = await custody.run("export", "--format", "ocsf", "-o", "-");
  expect(parsed(all.stdout).flatMap((event) => ocsfProblems(event))).toEqual([]);
}, 240_000);
