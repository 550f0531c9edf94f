import { IndexFile } from "../file/index-file.ts";
import type { IndexOptions } from "./index-options.ts";
import { IndexTables } from "./index-tables.ts";
import { continuesLedger } from "./read-batch.ts";

/** What the file holds; nothing, when it is damaged or of another version, and when the ledger does not go on from it. */
export async function openTables(options: IndexOptions): Promise<IndexTables> {
  let tables: IndexTables;
  try {
    tables = IndexTables.open(options);
  } catch {
    return newTables(options);
  }
  if (await continuesLedger(tables, options.reader)) return tables;
  tables.close();
  return newTables(options);
}

/** Removes what there is and begins with nothing. */
export function newTables(options: IndexOptions): IndexTables {
  IndexFile.remove(options.path);
  return IndexTables.open(options);
}
