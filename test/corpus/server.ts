import type { FrontendMessage } from "@custody/wire/postgres";
import { copyData, copyDone, query, WireClient } from "../capture/wire-client.ts";
import { createDatabase, sharedPostgres } from "../postgres/shared.ts";
import type { Case } from "./case.ts";
import { type Changes, changesBetween } from "./changes.ts";
import { type Look, lookFunction, lookQuery } from "./look.ts";
import { roles, schema } from "./schema.ts";

/** A real server, which says what a case really does. */
export interface CorpusServer {
  readonly major: number;
  /** Of the superuser, into the same database. */
  readonly url: string;
  /** Runs a case in a transaction that is rolled back. */
  run(one: Pick<Case, "sql" | "after" | "data">): Promise<{ error: string | undefined; changes: Changes }>;
  close(): Promise<void>;
}

export async function openCorpusServer(): Promise<CorpusServer> {
  const database = await createDatabase();
  await prepareRoles();
  const client = await WireClient.connect(database.url);
  await mustRun(client, schema);
  await mustRun(client, lookFunction);
  const version = await mustRun(client, "SHOW server_version_num");
  return {
    major: Math.floor(Number(rowOf(version)) / 10_000),
    url: database.url,
    run: (one) => runRolledBack(client, one),
    close: async () => {
      await client.close();
      await database.drop();
    },
  };
}

async function runRolledBack(
  client: WireClient,
  { sql, after = [], data }: Pick<Case, "sql" | "after" | "data">,
): ReturnType<CorpusServer["run"]> {
  try {
    await mustRun(client, "BEGIN");
    for (const earlier of after) await mustRun(client, earlier);
    const before = await look(client);
    const error = errorOf(await client.run(query(sql), ...copied(data)));
    // A failed transaction answers nothing any more, and has changed nothing.
    return { error, changes: changesBetween(before, error === undefined ? await look(client) : before) };
  } finally {
    await mustRun(client, "ROLLBACK");
    await mustRun(client, "DEALLOCATE ALL");
  }
}

/** The server reads them when it has come to its COPY. */
function copied(data: string | undefined): FrontendMessage[] {
  return data === undefined ? [] : [copyData(data), copyDone];
}

async function look(client: WireClient): Promise<Look> {
  const found = JSON.parse(rowOf(await mustRun(client, lookQuery))) as Look;
  return { ...found, catalogue: found.catalogue ?? {}, sequences: found.sequences ?? {} };
}

async function mustRun(client: WireClient, sql: string): Promise<string[]> {
  const answers = await client.query(sql);
  const error = answers.find((line) => line.startsWith("error "));
  if (error !== undefined) throw new Error(`${error}\n${sql.slice(0, 500)}`);
  return answers;
}

function rowOf(answers: readonly string[]): string {
  return (answers.find((line) => line.startsWith("row ")) ?? "").slice("row ".length);
}

/** The SQLSTATE and the words of the first error. */
function errorOf(answers: readonly string[]): string | undefined {
  return answers.find((line) => line.startsWith("error "))?.slice("error ERROR ".length);
}

/**
 * Several files of tests share the server and these roles at the same time, so whoever comes first makes them, and nobody drops
 * them: they go with the server.
 */
async function prepareRoles(): Promise<void> {
  const client = await WireClient.connect(sharedPostgres().url());
  try {
    for (const role of roles)
      await mustRun(
        client,
        `DO $$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
      );
  } finally {
    await client.close();
  }
}
