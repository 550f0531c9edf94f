import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CaptureError } from "../../packages/capture/src/error.ts";
import { classify, loadParser } from "../../packages/capture/src/postgres/classify/classify.ts";
import { copyData, copyDone, copyFail, query, WireClient } from "../capture/wire-client.ts";
import { type ScriptStatement, statementsOf } from "../corpus/psql-script.ts";
import { startPostgres } from "../postgres/server.ts";

/** Where the scripts of PostgreSQL's own regression tests lie, `src/test/regress/sql` of its source. */
const folder = process.env["CUSTODY_TEST_REGRESS_SQL"];

/** What they lock, or ask a transaction id for, they do not change; `my_locks` is a view that asks for one. */
const takesXid =
  /\bfor\s+(no\s+key\s+)?(update|(key\s+)?share)\b|\block\b|txid_current|pg_current_xact_id|my_locks/i;

/** A function of the superuser, since some scripts go on as somebody who may not look. */
const glance = `
  CREATE SCHEMA looking;
  GRANT USAGE ON SCHEMA looking TO PUBLIC;
  CREATE FUNCTION looking.glance() RETURNS pg_catalog.text LANGUAGE sql SECURITY DEFINER AS $$
    SELECT pg_catalog.format('%s %s', pg_catalog.pg_current_xact_id_if_assigned(),
      (SELECT pg_catalog.sum(last_value) FROM pg_catalog.pg_sequences)) $$`;

await loadParser();

test("nothing of PostgreSQL's own tests that is called a read changes anything", {
  timeout: 3_600_000,
}, async ({ skip }) => {
  if (folder === undefined) return skip("CUSTODY_TEST_REGRESS_SQL names no folder");
  const server = await startPostgres();
  let measured = 0;
  const changed: string[] = [];
  const setup = await WireClient.connect(server.url());
  await setup.query(glance);
  await setup.close();
  for (const name of scripts(folder)) {
    const client = await connect(server.url());
    for (const statement of statementsOf(readFileSync(join(folder, name), "utf8"))) {
      if (client.isClosed) break;
      const outcome = isRead(statement.sql)
        ? await measure(client, statement)
        : await send(client, statement);
      if (outcome === "unchanged" || outcome === "changed") measured += 1;
      if (outcome === "changed") changed.push(`${name}: ${statement.sql.trim()}`);
    }
    await client.kill();
  }
  await server.stop();
  expect(changed).toEqual([]);
  expect(measured).toBeGreaterThan(10_000);
});

/** The tables that most others use come first. */
function scripts(from: string): string[] {
  const early = [
    "test_setup.sql",
    "create_misc.sql",
    "create_table.sql",
    "create_index.sql",
    "create_view.sql",
  ];
  const all = readdirSync(from).filter((name) => name.endsWith(".sql"));
  return [...early.filter((name) => all.includes(name)), ...all.filter((name) => !early.includes(name))];
}

function connect(url: string): Promise<WireClient> {
  const options = "-c statement_timeout=3000 -c lock_timeout=1000 -c client_min_messages=error";
  return WireClient.connect(url, { settings: { options } });
}

/** FETCH is what its cursor is, and control of transactions would end the one that is measured in. */
function isRead(sql: string): boolean {
  try {
    const statements = classify(sql, { database: "postgres" });
    const isPlain = statements.every(({ control, cursor, tier }) => tier === "read" && !control && !cursor);
    return isPlain && statements.length > 0 && !takesXid.test(sql);
  } catch (error) {
    if (error instanceof CaptureError) return false;
    throw error;
  }
}

/** Only where the script has no transaction of its own. What fails has changed nothing. */
async function measure(client: WireClient, statement: ScriptStatement): Promise<string> {
  if ((await client.query("SELECT 1")).at(-1) !== "ready idle") return send(client, statement);
  await client.query("BEGIN");
  const before = await look(client);
  const last = await send(client, statement);
  const after = last === "ready in-transaction" ? await look(client) : undefined;
  await client.query("COMMIT");
  if (after === undefined) return "failed";
  return before === after ? "unchanged" : "changed";
}

async function look(client: WireClient): Promise<string | undefined> {
  return (await client.query("SELECT looking.glance()")).find((line) => line.startsWith("row "));
}

/** The last that the server says. It passes over what belongs to no COPY, so that none can wait for ever. */
async function send(client: WireClient, { sql, data }: ScriptStatement): Promise<string> {
  const rows = data === undefined ? [] : [copyData(data), copyDone];
  return (await client.run(query(sql), ...rows, copyFail("no more"))).at(-1) ?? "";
}
