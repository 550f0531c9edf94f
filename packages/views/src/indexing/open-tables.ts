import { join } from "node:path";
import type { LedgerReader } from "@custody/ledger";
import { IndexFile } from "../file/index-file.ts";
import { IndexTables } from "./index-tables.ts";
import { continuesLedger } from "./read-batch.ts";

export interface IndexOptions {
  /** The file; others of the same name with endings stand beside it. */
  readonly path: string;
  /** 32 bytes, see `LedgerReader.deriveKey`. */
  readonly key: Buffer;
  readonly reader: LedgerReader;
}

/** Where the index of a ledger stands, and what opens it: whoever keeps it and whoever looks at it must agree. */
export function indexOptionsFor(directory: string, reader: LedgerReader): IndexOptions {
  return { key: reader.deriveKey("custody/index/v1"), path: join(directory, "index", "records.db"), reader };
}

/** What the file holds; nothing, when it is damaged or of another version, and when the ledger does not go on from it. */
export async function openTables(options: IndexOptions): Promise<IndexTables> {
  const { key, path, reader } = options;
  let tables: IndexTables;
  try {
    tables = IndexTables.open(path, key, reader.origin);
  } catch {
    return newTables(options);
  }
  if (await continuesLedger(tables, reader)) return tables;
  tables.close();
  return newTables(options);
}

/** Removes what there is and begins with nothing. */
export function newTables({ key, path, reader }: IndexOptions): IndexTables {
  IndexFile.remove(path);
  return IndexTables.open(path, key, reader.origin);
}
