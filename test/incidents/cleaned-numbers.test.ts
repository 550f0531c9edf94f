import { expect, test } from "vitest";
import { BILLING_ROWS, billing } from "./billing.ts";
import { fingerprintOf } from "./fingerprints.ts";
import { expectProven } from "./proven.ts";
import { Scene } from "./scene.ts";

/**
 * "Clean the test numbers" deleted a customer's records. What passes, and what a human is asked about, is decided by the rows
 * that a statement truly changes, whether it does so at once or in small steps.
 */
const { billing_transactions: transactions, message_records: messages } = BILLING_ROWS;
const OF_CUSTOMER = "client_id = (SELECT id FROM clients WHERE name = 'JIXEN')";
const ALL_OF_CUSTOMER = `DELETE FROM message_records WHERE ${OF_CUSTOMER}`;
const LIMIT = 5000;

interface Shown {
  readonly rule: string;
  readonly impact: { readonly byTable: readonly { readonly name: string; readonly deleted: number }[] };
}

async function deletedShown(scene: Scene): Promise<{ readonly [table: string]: number }> {
  const [hold] = await scene.waiting();
  const { impact } = JSON.parse(hold?.text ?? "") as Shown;
  return Object.fromEntries(impact.byTable.map(({ deleted, name }) => [name, deleted]));
}

/** Past Custody. */
const rowsIn = async (scene: Scene, table: string): Promise<number> =>
  Number((await scene.directly(`SELECT count(*) AS n FROM ${table}`))[0]?.["n"]);

test("the test numbers go; a customer's are held with their true count, and go when a human says so", async () => {
  const scene = await Scene.begin({ fixture: billing });
  const agent = await scene.agent();
  const client = await agent.connect();
  const cleaned = await client.query("DELETE FROM message_records WHERE msisdn LIKE 'ZT-%'");
  expect(cleaned.rowCount).toBe(messages.test);
  const before = await fingerprintOf(scene.database.url);

  const refused = expect(client.query(ALL_OF_CUSTOMER)).rejects.toMatchObject({ code: "42501" });
  expect(await deletedShown(scene)).toEqual({ message_records: messages.customer });
  await expectNoTrace(scene);
  expect(await fingerprintOf(scene.database.url)).toEqual(before);
  await scene.decide("deny");
  await refused;

  const charges = expect(
    client.query("DELETE FROM billing_transactions WHERE client_id = 23"),
  ).rejects.toThrow("refused");
  expect(await deletedShown(scene)).toEqual({ billing_transactions: transactions.customer });
  await scene.decide("deny");
  await charges;
  expect(await fingerprintOf(scene.database.url)).toEqual(before);

  const done = client.query(ALL_OF_CUSTOMER);
  const simulated = await deletedShown(scene);
  await scene.decide("approve");
  expect({ message_records: (await done).rowCount }).toEqual(simulated);
  expect(await rowsIn(scene, "message_records")).toBe(0);
  const completed = await scene.recordsOf(agent.session, "db.statement.completed");
  expect(completed.at(-1)).toMatchObject({
    approval: { approver: { name: "ada" }, state: "consumed" },
    effect: { byTable: [{ deleted: messages.customer, name: "message_records" }] },
    transaction: { outcome: "committed" },
  });
  await expectProven(scene, agent.session);
});

/** A statement that waits for a human has no lock, and has left no row that would have to be cleared away. */
async function expectNoTrace(scene: Scene): Promise<void> {
  const locks = await scene.directly(
    `SELECT relation::regclass::text FROM pg_locks WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND relation IN ('message_records'::regclass, 'clients'::regclass)`,
  );
  expect(locks).toEqual([]);
  const open = await scene.directly(
    "SELECT state FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
  );
  expect(open).toEqual([]);
}

test("in thirty-six small steps, exactly five thousand rows go before a human is asked", async () => {
  const scene = await Scene.begin({ fixture: billing });
  const agent = await scene.agent();
  const client = await agent.connect();
  const steps = Array.from({ length: 36 }, (_, k) => {
    const from = 4747 + 1000 * k;
    return `${ALL_OF_CUSTOMER} AND id BETWEEN ${from} AND ${from + 999}`;
  });
  for (const step of steps.slice(0, 5)) expect((await client.query(step)).rowCount).toBe(1000);
  const sixth = expect(client.query(steps[5] as string)).rejects.toThrow("refused");
  const [hold] = await scene.waiting();
  expect((JSON.parse(hold?.text ?? "") as Shown).rule).toBe("guarded:many-rows-in-ten-minutes");
  expect(await deletedShown(scene)).toEqual({ message_records: 1000 });
  await scene.decide("deny");
  await sixth;
  // Neither another connection of the session nor an open transaction begins to count anew.
  const other = await agent.connect();
  const another = expect(other.query(steps[6] as string)).rejects.toThrow("refused");
  await scene.decide("deny");
  await another;
  await other.query("BEGIN");
  const inside = expect(other.query(steps[7] as string)).rejects.toThrow("refused");
  await scene.decide("deny");
  await inside;
  await other.query("ROLLBACK");
  // Nor does Custody, when it is started again.
  await scene.custody.stop();
  await scene.start();
  const later = await agent.connect();
  const afterwards = expect(later.query(steps[8] as string)).rejects.toThrow("refused");
  await scene.decide("deny");
  await afterwards;
  expect(await rowsIn(scene, "message_records")).toBe(40_000 - LIMIT);
  const completed = await scene.recordsOf(agent.session, "db.statement.completed");
  const deleted = completed.flatMap(({ effect }) => effect?.byTable ?? []).map((table) => table.deleted ?? 0);
  expect(deleted.reduce((sum, rows) => sum + rows, 0)).toBe(LIMIT);
  await expectProven(scene, agent.session);
});

test("rows that came between the yes and the run make it void, and it is held again with them", async () => {
  const scene = await Scene.begin({ fixture: billing });
  const agent = await scene.agent();
  const fast = await agent.connect("-c custody.on_hold=fail");
  await expect(fast.query(ALL_OF_CUSTOMER)).rejects.toThrow("Custody holds DELETE");
  await scene.decide("approve");
  await scene.directly(
    "INSERT INTO message_records SELECT 50000 + n, 23, '+91x', now() FROM generate_series(1, 10) AS n",
  );
  await expect(fast.query(ALL_OF_CUSTOMER)).rejects.toThrow("Custody holds DELETE");
  expect(await rowsIn(scene, "message_records")).toBe(40_010);
  expect(await deletedShown(scene)).toEqual({ message_records: messages.customer + 10 });
  await scene.decide("approve");
  expect((await fast.query(ALL_OF_CUSTOMER)).rowCount).toBe(messages.customer + 10);
  expect(await rowsIn(scene, "message_records")).toBe(messages.test);
  await expectProven(scene, agent.session);
});
