import { renameSync } from "node:fs";
import { join } from "node:path";
import type { AuditRecord } from "@custody/domain";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { Custody } from "./custody-process.ts";

let custody: Custody;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await createDatabase();
  drop = () => database.drop();
  custody = new Custody(database.url);
  await custody.start();
  const agent = new Client({ connectionString: await custody.sessionUrl() });
  await agent.connect();
  await agent.query("SELECT 'what nobody may find in a note'");
  await agent.end();
});
afterAll(async () => {
  await custody.remove();
  await drop();
});

async function run(...parameters: string[]): Promise<{ stdout: string; stderr: string }> {
  const { code, ...said } = await custody.run(...parameters);
  if (code !== 0) throw new Error(`custody ${parameters.join(" ")} ended with ${code}: ${said.stderr}`);
  return said;
}

/** Those before this look, which is on record as well. */
async function looks(): Promise<(AuditRecord & { details: Record<string, unknown> })[]> {
  return custody.records("--type", "access.command");
}

test("whoever looks by a command is on record, with what was asked and how much was given", async () => {
  await run("log", "--type", "db.statement", "--since", "1h", "--search", "nobody");
  const { stdout } = await run("log", "--type", "db.statement.completed", "--limit", "1", "--json");
  const { action } = JSON.parse(stdout) as AuditRecord;
  await run("show", action);
  await run("prove", action);
  await run("prove", action, "--with-record");
  await run("export", "--format", "csv", "--type", "db.statement", "-o", join(custody.directory, "all.csv"));
  await run("export", "--format", "tlog", "-o", join(custody.directory, "public-log"));
  const records = await looks();
  expect(
    records.map(({ details, level }) => [details["command"], details["asked"], details["records"], level]),
  ).toEqual([
    ["log", "type=db.statement&since=1h&search=nobody", 2, "debug"],
    ["log", "type=db.statement.completed", 1, "debug"],
    ["show", action, 2, "debug"],
    ["prove", action, 0, "debug"],
    ["prove", action, 1, "debug"],
    ["export", "format=csv&type=db.statement", 2, "info"],
    ["export", "format=tlog", 0, "info"],
  ]);
  expect(records[0]).toMatchObject({
    actor: { human: { name: "local operator" } },
    details: { follows: false },
  });
  expect(JSON.stringify(records)).not.toContain("what nobody may find");
});

test("whoever may not say so still reads, and is told", async () => {
  const token = join(custody.data, "local.token");
  renameSync(token, `${token}.away`);
  const before = await run("log", "--limit", "1", "--json");
  renameSync(`${token}.away`, token);
  expect(before.stderr).toContain("that you looked could not be put on record");
  expect(JSON.parse(before.stdout)).toHaveProperty("type");
});

test("where Custody does not run, nobody can write, and looking is as it was", async () => {
  const { length } = await looks();
  expect(await custody.stop()).toBe(0);
  const { stderr } = await run("log", "--limit", "1");
  expect(stderr).toBe("");
  // The look that counted them, and none after it.
  expect(await looks()).toHaveLength(length + 1);
});
