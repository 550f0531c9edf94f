import type { SimulatedRows, Simulation } from "@custody/domain";
import { CaptureError } from "../../error.ts";
import { askIdentity } from "../ask-identity.ts";
import { ServerClient } from "../server-client.ts";
import { ConnectionLost, StatementFailure } from "../server-failure.ts";
import { isSameSystem, type ServerIdentity } from "../server-identity.ts";
import type { UpstreamDoor } from "../upstream-door.ts";
import { type CatalogueObject, definedObject, readCatalogue } from "./catalogue.ts";
import { countRows } from "./count-rows.ts";
import { LISTED_MAX, listed, objectText } from "./simulation.ts";

/** A human waits for it, and an agent. What is not counted by then is unknown. */
const LOOK_MS_MAX = 10_000;

const startup = [
  { name: "application_name", value: "custody simulate" },
  { name: "client_encoding", value: "UTF8" },
];

/** What would go with a database. */
export type DatabaseContents = Pick<Simulation, "byTable" | "dropped" | "notes">;

/**
 * Looks into another database of the same server: its tables with their rows, and whatever else is defined there. Custody's own
 * connection is closed again when this resolves, so that it is not in the way of whoever drops the database.
 *
 * Never rejects: what could not be found out stands in the notes.
 */
export async function readDatabase(
  door: UpstreamDoor,
  server: ServerIdentity | undefined,
  database: string,
): Promise<DatabaseContents> {
  const other = { ...door, upstream: { ...door.upstream, database } };
  try {
    const client = await ServerClient.open(other, startup, async (stream) => {
      const answered = await askIdentity(stream);
      if (server !== undefined && !isSameSystem(server, answered))
        throw new CaptureError("TARGET_CHANGED", "another server answers");
    });
    const timer = setTimeout(() => void client.abort(), LOOK_MS_MAX + 2000);
    try {
      return await contentsOf(client, database);
    } finally {
      clearTimeout(timer);
      await client.close();
    }
  } catch (error) {
    if (!isFailure(error)) throw error;
    return {
      byTable: [],
      dropped: [],
      notes: [`what ${database} holds could not be found out: ${error.message}`],
    };
  }
}

function isFailure(error: unknown): error is Error {
  return (
    error instanceof CaptureError || error instanceof StatementFailure || error instanceof ConnectionLost
  );
}

async function contentsOf(client: ServerClient, database: string): Promise<DatabaseContents> {
  const untilMs = performance.now() + LOOK_MS_MAX;
  await client.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  await client.rows("SET LOCAL search_path = ''");
  const objects = [...(await readCatalogue(client)).values()];
  const tables = objects.filter(({ file, kind }) => kind === "table" && file !== "");
  const notes = [`it was looked into ${database} by itself: others may change it until it is dropped`];
  const byTable: SimulatedRows[] = [];
  for (const object of tables.slice(0, LISTED_MAX)) {
    const leftMs = Math.max(1, Math.round(untilMs - performance.now()));
    await client.rows("SELECT pg_catalog.set_config('statement_timeout', $1, true)", [`${leftMs}ms`]);
    const id = object.key.slice(1);
    byTable.push(droppedTable(object, await countRows(client, { id, object }, notes)));
  }
  if (tables.length > LISTED_MAX) notes.push(`${tables.length - LISTED_MAX} more tables would be dropped`);
  const others = objects.filter(({ kind, parent }) => parent === undefined && kind !== "table");
  return {
    byTable,
    dropped: listed(others.map((one) => objectText(definedObject(one)))),
    notes: listed(notes),
  };
}

function droppedTable({ name, schema }: CatalogueObject, removed: number | null): SimulatedRows {
  return { deleted: 0, inserted: 0, isDropped: true, name, removed, schema: schema ?? "", updated: 0 };
}
