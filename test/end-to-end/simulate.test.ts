import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { expectNothingLeft, stateOf } from "../simulate/simulated-database.ts";
import { Custody } from "./custody-process.ts";

interface SimulationRecord {
  readonly action: string;
  readonly actor: { readonly human: { readonly name: string } };
  readonly details: Record<string, unknown>;
  readonly statement?: { readonly text: string; readonly parameters?: readonly unknown[] };
  readonly type: string;
}

let database: Awaited<ReturnType<typeof createDatabase>>;
let custody: Custody;
let client: Client;

beforeEach(async () => {
  database = await createDatabase();
  custody = new Custody(database.url);
  client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(`CREATE TABLE firms (id int PRIMARY KEY, name text);
    CREATE TABLE people (id int PRIMARY KEY, firm int REFERENCES firms ON DELETE CASCADE, name text);
    INSERT INTO firms SELECT i, 'firm ' || i FROM generate_series(1, 3) i;
    INSERT INTO people SELECT i, 1 + i % 3, 'person ' || i FROM generate_series(1, 30) i;
    INSERT INTO firms VALUES (4, E'\\u001b[31mred')`);
});
afterEach(async () => {
  await client.end();
  await custody.remove();
  await database.drop();
});

const recorded = () => custody.records<SimulationRecord>("--type", "db.simulation");

test("an answer by table, recorded by the running server before and after", { timeout: 60_000 }, async () => {
  await custody.start();
  const before = await stateOf(client);
  const { code, stderr, stdout } = await custody.run(
    "simulate",
    "shop",
    "DELETE FROM firms WHERE id >= $1",
    "--param",
    "3",
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("simulated on shop and rolled back: 12 rows of 2 tables would change\n");
  expect(stdout).toContain("command   DELETE 2\n");
  expect(stdout).toContain("table     public.firms   2 deleted\n");
  expect(stdout).toContain("table     public.people  10 deleted\n");
  expect(stdout).toContain("\npublic.firms as it is:\n  id  name\n  3   firm 3\n");
  expect(stdout).toContain("\\u{1b}[31mred");
  expect(stdout).not.toContain("\u001b");

  const asJson = await custody.run(
    "simulate",
    "shop",
    "DELETE FROM people",
    "--json",
    "--rows",
    "2",
    "--timeout",
    "5s",
  );
  const answer = JSON.parse(asJson.stdout);
  expect(answer).toMatchObject({
    commands: [{ rowsReturned: 0, tag: "DELETE 30" }],
    outcome: "simulated",
    tables: [
      {
        before: {
          isCut: true,
          rows: [
            ["1", "2", "person 1"],
            ["2", "3", "person 2"],
          ],
        },
        deleted: 30,
        name: "people",
      },
    ],
    target: "shop",
  });
  expect(await stateOf(client)).toEqual(before);
  await expectNothingLeft(client);

  const records = await recorded();
  expect(records.map(({ type }) => type)).toEqual([
    "db.simulation.requested",
    "db.simulation.completed",
    "db.simulation.requested",
    "db.simulation.completed",
  ]);
  expect(records[0]).toMatchObject({
    actor: { human: { name: "local operator" } },
    statement: {
      parameters: [{ index: 1, type: "unknown", value: "3" }],
      text: "DELETE FROM firms WHERE id >= $1",
    },
  });
  expect(records[1]).toMatchObject({
    action: records[0]?.action,
    details: { commands: ["DELETE 2"], tables: ["public.firms: 2 deleted", "public.people: 10 deleted"] },
  });
  expect(answer.action).toBe(records[2]?.action);
  expect(await custody.run("show", answer.action)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("DELETE FROM people"),
  });
  expect(await custody.run("verify")).toMatchObject({ code: 0 });
});

test("without a server the ledger itself takes the records", { timeout: 60_000 }, async () => {
  expect(await custody.run("simulate", "shop", "SELECT 1")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("holds no ledger"),
  });
  await custody.start();
  await custody.stop();
  expect(await custody.run("simulate", "shop", "TRUNCATE firms CASCADE")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("public.people  30 removed as a whole\n"),
  });
  expect((await recorded()).map(({ type }) => type)).toEqual([
    "db.simulation.requested",
    "db.simulation.completed",
  ]);
});

test("every no is one line, an exit code, and a record", { timeout: 120_000 }, async () => {
  await custody.start();
  const told = async (...parameters: string[]) => {
    const { code, stderr, stdout } = await custody.run("simulate", ...parameters);
    return { code, text: stdout + stderr };
  };
  expect(await told("shop", "VACUUM firms")).toMatchObject({
    code: 1,
    text: expect.stringMatching(/^not simulatable \(no-transaction\): /),
  });
  expect(await told("shop", "DELETE FROM nowhere")).toMatchObject({
    code: 1,
    text: expect.stringMatching(/^it would fail \(42P01\): /),
  });
  expect(await told("shop", "SELECT pg_sleep(60)", "--timeout", "1s")).toMatchObject({
    code: 1,
    text: expect.stringContaining("did not end in time"),
  });
  expect(await told("shop", "DO $$ BEGIN EXECUTE 'DELETE FROM people'; END $$")).toMatchObject({
    code: 1,
    text: expect.stringContaining("dynamic-sql"),
  });
  expect(
    await told("shop", "DO $$ BEGIN EXECUTE 'DELETE FROM people'; END $$", "--dynamic-sql"),
  ).toMatchObject({
    code: 0,
    text: expect.stringContaining("30 deleted"),
  });
  const failed = (await recorded()).filter(({ type }) => type === "db.simulation.failed");
  expect(failed.map(({ details }) => details["code"])).toEqual([
    "no-transaction",
    "42P01",
    "57014",
    "dynamic-sql",
  ]);

  expect(await told("shopp", "SELECT 1")).toMatchObject({
    code: 2,
    text: expect.stringContaining("has no target shopp — it has: shop (USAGE)"),
  });
  expect(await told("shop", "SELECT 1", "--timeout", "soon")).toMatchObject({
    code: 2,
    text: expect.stringContaining("(USAGE)"),
  });
  expect(await told("shop", "SELECT 1", "--rows", "-1")).toMatchObject({ code: 2 });
  expect(await told("shop")).toMatchObject({ code: 2 });
  expect(await told("--help")).toMatchObject({
    code: 0,
    text: expect.stringContaining("$ custody simulate shop"),
  });
});

test("a database that is not there, or does not let us in", { timeout: 60_000 }, async () => {
  await custody.start();
  const yaml = (url: string) =>
    writeFileSync(
      join(custody.directory, "custody.yaml"),
      `data: ./data\ntargets:\n  - { name: shop, kind: postgres, listen: '127.0.0.1:0', environment: development, upstream: '${url}' }\n`,
    );
  const url = new URL(database.url);
  url.port = "1";
  yaml(url.href);
  expect(await custody.run("simulate", "shop", "SELECT 1")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("(DATABASE_UNREACHABLE)"),
  });
  yaml(database.url.replace(/:[^:@]*@/, ":wrong@"));
  expect(await custody.run("simulate", "shop", "SELECT 1")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("(DATABASE_REFUSED)"),
  });
  expect((await recorded()).map(({ details }) => details["code"])).toEqual([
    undefined,
    "UPSTREAM_UNREACHABLE",
    undefined,
    "UPSTREAM_REFUSED",
  ]);
});
