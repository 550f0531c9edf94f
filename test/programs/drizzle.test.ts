import { fileURLToPath } from "node:url";
import { eq, sql } from "drizzle-orm";
import { drizzle as onNodePostgres } from "drizzle-orm/node-postgres";
import { migrate as migrateOnNodePostgres } from "drizzle-orm/node-postgres/migrator";
import { integer, jsonb, numeric, type PgDatabase, pgTable, serial, text } from "drizzle-orm/pg-core";
import { drizzle as onPostgresJs } from "drizzle-orm/postgres-js";
import { migrate as migrateOnPostgresJs } from "drizzle-orm/postgres-js/migrator";
import { Pool } from "pg";
import postgres from "postgres";
import { expect, test } from "vitest";
import { outcomes } from "../capture/well-formed.ts";
import { useProgramServer } from "./program-server.ts";

const programs = useProgramServer();
const migrationsFolder = fileURLToPath(new URL("migrations", import.meta.url));

const firms = pgTable("firms", { id: serial().primaryKey(), name: text().notNull(), since: text() });
const orders = pgTable("orders", {
  firm: integer().notNull(),
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  lines: jsonb(),
  total: numeric().notNull(),
});

// biome-ignore lint/suspicious/noExplicitAny: the two drivers differ in types that this program does not use.
type Database = PgDatabase<any>;

/** Opens the database with a driver, migrates it, works on it, and closes it. */
const drivers: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  "node-postgres": async (url) => {
    const pool = new Pool({ connectionString: url, max: 2 });
    const database = onNodePostgres(pool);
    try {
      for (let time = 0; time < 2; time += 1) await migrateOnNodePostgres(database, { migrationsFolder });
      return await work(database);
    } finally {
      await pool.end();
    }
  },
  "postgres.js": async (url) => {
    const client = postgres(url, { max: 2, onnotice: () => {} });
    const database = onPostgresJs(client);
    try {
      for (let time = 0; time < 2; time += 1) await migrateOnPostgresJs(database, { migrationsFolder });
      return await work(database);
    } finally {
      await client.end({ timeout: 5 });
    }
  },
};

test.for(Object.entries(drivers))(
  "Drizzle migrates and works the same through Custody with %s",
  async ([, run], context) => {
    const server = await programs(context);
    const { directUrl, pastUrl, proxied } = await server.twins();
    const [direct, through] = [await run(directUrl), await run(proxied.url)];
    expect(through).toEqual(direct);
    // Drizzle writes down the migrations that it has done by their own time, so even those are equal.
    expect(await server.dump(pastUrl)).toBe(await server.dump(directUrl));
    expect(outcomes(proxied.recorder).filter((line) => line.includes("denied"))).toEqual([]);
    expect(outcomes(proxied.recorder)).toContainEqual(
      expect.stringMatching(/^CREATE VIEW "public"."totals" .* · completed · ok · committed/s),
    );
  },
);

async function work(database: Database): Promise<unknown> {
  const named = [1, 2, 3].map((number) => ({ name: `firm ${number}` }));
  const added = await database.insert(firms).values(named).returning();
  const rows = added.flatMap(({ id }) =>
    [10, 20].map((total) => ({ firm: id, lines: [{ id }], total: `${total * id}` })),
  );
  await database.insert(orders).values(rows);
  await database
    .insert(firms)
    .values({ id: 1, name: "the first" })
    .onConflictDoUpdate({ set: { name: "renamed" }, target: firms.id });
  await database.transaction(async (outer) => {
    await outer
      .update(orders)
      .set({ total: sql`${orders.total} + 1` })
      .where(eq(orders.firm, 2));
    await outer
      .transaction(async (inner) => {
        await inner.delete(orders).where(eq(orders.firm, 2));
        inner.rollback();
      })
      .catch(() => {});
    await outer.delete(firms).where(eq(firms.id, 3));
  });
  const failure = await database
    .insert(orders)
    .values({ firm: 99, total: "1" })
    .catch(
      (error: { cause?: { code?: string; constraint?: string; constraint_name?: string } }) => error.cause,
    );
  const prepared = database
    .select()
    .from(orders)
    .where(eq(orders.firm, sql.placeholder("firm")))
    .prepare("of_firm");
  return {
    failure: { code: (failure as { code?: string }).code },
    joined: await database
      .select()
      .from(firms)
      .leftJoin(orders, eq(orders.firm, firms.id))
      .orderBy(firms.id, orders.id),
    prepared: [await prepared.execute({ firm: 2 }), await prepared.execute({ firm: 4 })],
    totals: await database
      .select({ name: sql`name`, total: sql`total` })
      .from(sql`totals`)
      .orderBy(sql`name`),
  };
}
