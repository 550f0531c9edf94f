import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { inject } from "vitest";
import { connectionUrl } from "../../apps/cli/src/local-postgres/connection-url.ts";
import type {} from "./global-setup.ts";
import { password } from "./server.ts";

/**
 * A connection URL into the server that all tests of one run share.
 *
 * Whoever changes what belongs to the whole server (settings, replication slots, the superuser) starts one
 * with `startPostgres()` instead; roles are fine here under names that no other test uses.
 */
export function sharedPostgres(): {
  readonly port: number;
  url(database?: string, user?: string): string;
} {
  const { port, error } = inject("postgres");
  if (error !== undefined) throw new Error(`the test PostgreSQL did not start: ${error}`);
  return {
    port,
    url: (database, user) => connectionUrl({ database, password, port, user }),
  };
}

/** A fresh, empty database on the shared server, so that test files cannot see each other's tables. */
export async function createDatabase(
  name = `test_${randomBytes(6).toString("hex")}`,
): Promise<{ readonly name: string; readonly url: string; drop(): Promise<void> }> {
  await runAsSuperuser(`CREATE DATABASE "${name}"`);
  return {
    name,
    url: sharedPostgres().url(name),
    drop: () => runAsSuperuser(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
  };
}

async function runAsSuperuser(sql: string): Promise<void> {
  const client = new Client({ connectionString: sharedPostgres().url() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
