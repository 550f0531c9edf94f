import { fileURLToPath } from "node:url";
import { eq, sql } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { integer, pgTable, serial, text } from "drizzle-orm/pg-core";
import { Pool } from "pg";
import { expect, test } from "vitest";
import { crm } from "../incidents/crm.ts";
import { expectProven } from "../incidents/proven.ts";
import { Scene } from "../incidents/scene.ts";
import { createDatabase } from "../postgres/shared.ts";

/** What nobody need be asked about: things that are thrown away, and what an application does every day. */
test("a disposable target is emptied, filled and reset as its owner likes; all of it is recorded", async () => {
  const scene = await Scene.begin({ environment: "disposable", fixture: crm });
  const agent = await scene.agent();
  const client = await agent.connect();
  const sent = [
    "DROP SCHEMA public CASCADE",
    "CREATE SCHEMA public",
    "CREATE TABLE people (id int PRIMARY KEY, name text)",
    "INSERT INTO people SELECT n, 'person ' || n FROM generate_series(1, 50000) AS n",
    "CREATE TABLE runs (id serial PRIMARY KEY, name text)",
    ...Array.from({ length: 200 }, (_, run) => [
      "TRUNCATE runs RESTART IDENTITY CASCADE",
      `INSERT INTO runs (name) VALUES ('run ${run}')`,
    ]).flat(),
  ];
  for (const statement of sent) await client.query(statement);
  expect(await scene.holds("all")).toEqual([]);
  const completed = await scene.recordsOf(agent.session, "db.statement.completed");
  expect(completed.map(({ statement }) => statement?.text)).toEqual(sent);
  await expectProven(scene, agent.session);
});

const migrationsFolder = fileURLToPath(new URL("../programs/migrations", import.meta.url));
const firms = pgTable("firms", { id: serial().primaryKey(), name: text().notNull(), since: text() });
const notes = pgTable("notes", { firm: integer().notNull(), id: serial().primaryKey(), words: text() });

test("a thousand statements of an application and its migrations in production are held never", async () => {
  const scene = await Scene.begin({ fixture: "SELECT 1" });
  const twin = await createDatabase();
  const agent = await scene.agent();
  try {
    const direct = await work(twin.url);
    const through = await work(agent.url);
    expect(await scene.holds("all")).toEqual([]);
    const requested = await scene.recordsOf(agent.session, "db.statement.requested");
    expect(requested.length).toBeGreaterThanOrEqual(1000);
    expect(await scene.recordsOf(agent.session, "db.statement.denied")).toEqual([]);
    // For people to read: how fast a machine is, no test says.
    for (const kind of ["read", "write"] as const)
      for (const q of [0.5, 0.99]) {
        const added = quantile(through[kind], q) - quantile(direct[kind], q);
        console.log(`added to a ${kind}, p${q * 100}: ${added.toFixed(2)} ms`);
      }
    await expectProven(scene, agent.session);
  } finally {
    await twin.drop();
  }
});

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * q)] ?? Number.NaN;
}

interface Times {
  readonly read: number[];
  readonly write: number[];
}

/** As an application goes about it, with the milliseconds that each statement took. */
async function work(url: string): Promise<Times> {
  const pool = new Pool({ connectionString: url, max: 2 });
  const database = drizzle(pool);
  const times: Times = { read: [], write: [] };
  const timed = async (kind: keyof Times, statement: PromiseLike<unknown>): Promise<void> => {
    const startedMs = performance.now();
    await statement;
    times[kind].push(performance.now() - startedMs);
  };
  try {
    await migrate(database, { migrationsFolder });
    await migrate(database, { migrationsFolder });
    await database.execute(sql`CREATE TABLE notes (id serial PRIMARY KEY, firm int NOT NULL, words text)`);
    await database.execute(sql`ALTER TABLE notes ADD COLUMN IF NOT EXISTS at timestamptz DEFAULT now()`);
    for (let round = 1; round <= 120; round += 1) await oneRound(database, round, timed);
    return times;
  } finally {
    await pool.end();
  }
}

async function oneRound(
  database: NodePgDatabase,
  round: number,
  timed: (kind: keyof Times, statement: PromiseLike<unknown>) => Promise<void>,
): Promise<void> {
  await timed("write", database.insert(firms).values({ name: `firm ${round}` }));
  await timed("write", database.insert(notes).values({ firm: round, words: "noted" }).returning());
  await timed(
    "read",
    database
      .select()
      .from(firms)
      .where(eq(firms.name, `firm ${round}`)),
  );
  await timed("write", database.update(notes).set({ words: "read" }).where(eq(notes.firm, round)));
  await timed("read", database.select().from(notes).leftJoin(firms, eq(notes.firm, firms.id)).limit(10));
  await timed("write", database.delete(notes).where(eq(notes.firm, round)));
  await database.transaction(async (transaction) => {
    await transaction
      .update(firms)
      .set({ since: "2026-11-27" })
      .where(eq(firms.name, `firm ${round}`));
  });
}
