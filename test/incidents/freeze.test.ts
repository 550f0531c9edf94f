import type { AuditRecord } from "@custody/domain";
import type { Client } from "pg";
import { expect, test } from "vitest";
import { CRM_TABLES, crm } from "./crm.ts";
import { fingerprintOf } from "./fingerprints.ts";
import { expectProven } from "./proven.ts";
import { type Agent, Scene } from "./scene.ts";

/**
 * An agent wiped a database during a code freeze, and filled it with invented people. Here a freeze is a state of the proxy.
 */
const WRITES: readonly string[] = [
  "DELETE FROM executives",
  "WITH gone AS (DELETE FROM executives RETURNING 1) SELECT count(*) FROM gone",
  "SELECT wipe_execs()",
  "EXPLAIN ANALYZE DELETE FROM executives",
  "DO $x$ BEGIN EXECUTE 'DEL' || 'ETE FROM executives'; END $x$",
  "EXECUTE wipe",
  "MERGE INTO executives e USING executives o ON e.id = o.id WHEN MATCHED THEN DELETE",
  "DELETE FROM companies",
  "TRUNCATE companies CASCADE",
  "ALTER TABLE executives DROP COLUMN email",
  'SELECT 1; DELETE /* x */ FROM "executives"',
  "SELECT '--'; DELETE FROM executives; --'",
  "COPY executives (company_id, full_name, created_at) FROM STDIN",
  "CREATE TABLE copied AS SELECT * FROM executives",
  "INSERT INTO companies (id, name, created_at) VALUES (1, 'x', now()) ON CONFLICT (id) DO UPDATE SET name = 'wiped'",
  "SELECT setval('executives_id_seq', 1)",
  "SELECT lo_create(0)",
];

const READS = [
  "SELECT count(*) FROM executives",
  "EXPLAIN DELETE FROM executives",
  "SHOW server_version",
  "COPY (SELECT id FROM companies LIMIT 3) TO STDOUT",
];

type Mode = "simple" | "extended";

/** Without values, so that the driver keeps to the protocol that it is told. */
const send = (client: Client, text: string, mode: Mode) =>
  client.query(mode === "simple" ? { text } : ({ queryMode: "extended", text } as { text: string }));

test("seventeen ways to write come to nothing under a freeze, by either protocol, and are one alert", async () => {
  const scene = await Scene.begin({ environment: "development", fixture: crm });
  const before = await fingerprintOf(scene.database.url);
  expect(before.tables).toEqual(CRM_TABLES);
  const agents = { extended: await scene.agent(), simple: await scene.agent() };
  const opened = {
    extended: await connections(agents.extended),
    simple: await connections(agents.simple),
  };
  await scene.ok("freeze", "shop", "--reason", "code freeze");
  for (const mode of ["simple", "extended"] as const) {
    const agent = agents[mode];
    const clients = opened[mode];
    for (const [at, text] of WRITES.entries()) {
      const client = clients[at] as Client;
      await expect(send(client, text, mode), text).rejects.toMatchObject({
        code: isOneStatement(text) || mode === "simple" ? "42501" : "42601",
      });
      expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    }
    const reader = await agent.connect();
    for (const text of READS) await send(reader, text, mode);
    const denied = await scene.recordsOf(agent.session, "db.statement.denied");
    const frozen = denied.filter(({ decision }) => decision?.rule === "freeze");
    // PostgreSQL itself takes one statement in an extended message: two of the forms do not exist there.
    expect(frozen).toHaveLength(mode === "simple" ? 17 : 15);
  }
  expect(await fingerprintOf(scene.database.url)).toEqual(before);
  await expectOneAlert(scene, agents.simple.session, 17);
  await expectProven(scene, agents.simple.session);
});

const isOneStatement = (text: string): boolean => text.startsWith("DO") || !text.includes("; ");

/** One for each way to write. On each of them the wipe was prepared while it was allowed. */
async function connections(agent: Agent): Promise<Client[]> {
  const clients: Client[] = [];
  for (const _ of WRITES) {
    const client = await agent.connect();
    await client.query("PREPARE wipe AS DELETE FROM executives");
    clients.push(client);
  }
  return clients;
}

/** Told at once when it began, and with the exact count when it was quiet for a minute. */
async function expectOneAlert(scene: Scene, session: string, count: number): Promise<void> {
  const told = () =>
    scene.receiver.messages.filter(({ data }) => data.session === session && data.kind === "frozen-write");
  await expect.poll(() => told().at(-1)?.data.count, { interval: 250, timeout: 170_000 }).toBe(count);
  expect(told().map(({ type }) => type)).toEqual(["alert.raised", "alert.updated"]);
  expect(told()[0]?.data).toMatchObject({ level: "error", rule: "freeze", target: "shop" });
  expect(new Set(told().map(({ data }) => data.id)).size).toBe(1);
}

test("a transaction that wrote before the freeze is rolled back with its COMMIT", async () => {
  const scene = await Scene.begin({ environment: "development", fixture: crm });
  const before = await fingerprintOf(scene.database.url);
  const agent = await scene.agent();
  const client = await agent.connect();
  await client.query("BEGIN");
  // Without the sequence: what nextval() takes, no rollback gives back.
  await client.query("INSERT INTO executives (id, full_name, created_at) VALUES (-1, 'before', now())");
  await scene.ok("freeze", "shop", "--reason", "code freeze");
  await expect(
    client.query("UPDATE executives SET full_name = 'during' WHERE id = -1"),
  ).rejects.toMatchObject({
    code: "42501",
  });
  expect((await client.query("COMMIT")).command).toBe("ROLLBACK");
  expect(await fingerprintOf(scene.database.url)).toEqual(before);
  const finals = await scene.recordsOf(agent.session, "db.statement.completed", "db.statement.denied");
  expect(finals.map(summary)).toEqual([
    ["BEGIN", "ok", "open"],
    ["UPDATE", "denied", undefined],
    ["INSERT", "ok", "rolled-back"],
    ["COMMIT", "ok", "rolled-back"],
  ]);
  await expectProven(scene, agent.session);
});

function summary({ effect, statement, transaction }: AuditRecord): unknown[] {
  return [statement?.text.split(" ")[0], effect?.status, transaction?.outcome];
}
