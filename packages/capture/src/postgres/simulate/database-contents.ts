import type { SimulatedRows, Simulation } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";
import { type CatalogueObject, definedObject, readCatalogue } from "./catalogue.ts";
import { countRows } from "./count-rows.ts";
import { LOOK_MS_MAX } from "./look-beside.ts";
import { LISTED_MAX, listed, objectText } from "./simulation.ts";

/** What would go with a database. */
export type DatabaseContents = Pick<Simulation, "byTable" | "dropped" | "notes">;

/** The tables of the client's database with their rows, and whatever else is defined there. */
export async function readContents(client: Dialogue, database: string): Promise<DatabaseContents> {
  const untilMs = performance.now() + LOOK_MS_MAX;
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
