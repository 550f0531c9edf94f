import { setTimeout as sleep } from "node:timers/promises";
import type { AuditRecord } from "@custody/domain";
import { Client } from "pg";
import { expect } from "vitest";
import { createDatabase } from "../postgres/shared.ts";
import { nameOf, readRecords } from "./crash-check.ts";
import { CrashLoad } from "./crash-load.ts";
import { Custody } from "./custody-process.ts";

/**
 * Kills Custody at a random moment under load, `rounds` times, and then compares three witnesses: what the database
 * holds, what the clients were told, and what the ledger says.
 */
export async function crashRounds(rounds: number): Promise<{ unknownCount: number; rowCount: number }> {
  const database = await createDatabase();
  const direct = new Client({ connectionString: database.url });
  await direct.connect();
  await direct.query("CREATE TABLE w (id bigint PRIMARY KEY, v text NOT NULL)");
  const custody = new Custody(database.url);
  const load = new CrashLoad();
  try {
    await custody.start();
    for (let round = 1; round <= rounds; round += 1) {
      const url = await custody.sessionUrl();
      const running = load.run(url);
      await sleep(150 + Math.random() * 500);
      await custody.kill();
      load.stop();
      // A driver may wait for ever for an answer from a connection that is gone.
      await Promise.race([running, sleep(1000)]);
      await custody.start();
      const { stdout, code } = await custody.run("verify", "--json");
      expect(code, `round ${round}: ${stdout}`).toBe(0);
    }
    await waitForBackends(direct, database.name);
    const { rows } = await direct.query<{ id: string }>("SELECT id FROM w");
    const recorded = readRecords(await custody.records<AuditRecord>());
    const sent = [...load.rows.values()];
    const unrecorded = rows.filter(({ id }) => {
      const row = load.rows.get(Number(id));
      return row === undefined || !recorded.requested.has(nameOf(row));
    });
    expect(unrecorded, "committed rows that no record asked for").toEqual([]);
    const present = new Set(rows.map(({ id }) => Number(id)));
    const forgotten = sent.filter((row) => row.isAcknowledged && !recorded.committed.has(nameOf(row)));
    expect(forgotten, "acknowledged rows without a final record").toEqual([]);
    expect(
      sent.filter((row) => row.isAcknowledged && !present.has(row.id)),
      "acknowledged rows that are not there",
    ).toEqual([]);
    expect(sent.some((row) => row.isAcknowledged)).toBe(true);
    return { unknownCount: recorded.unknownCount, rowCount: rows.length };
  } finally {
    await direct.end();
    await custody.remove();
    await database.drop();
  }
}

/** Backends whose client was killed may still be finishing a statement. */
async function waitForBackends(client: Client, database: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const { rows } = await client.query(
      "SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid() AND state <> 'idle'",
      [database],
    );
    if (rows.length === 0) return;
    await sleep(50);
  }
}
