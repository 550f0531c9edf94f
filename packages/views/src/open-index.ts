import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { FileLock } from "./file/file-lock.ts";
import { IndexTables } from "./indexing/index-tables.ts";
import { continuesLedger } from "./indexing/read-batch.ts";
import { type IndexOptions, newTables, RecordIndex } from "./record-index.ts";

const PROGRESS_INTERVAL_MS = 200;

/**
 * Opens the index of a ledger. It is only a cache: a file that is damaged, of another version, of another ledger, or
 * ahead of it, is begun anew. Nothing is indexed yet; `follow` does that.
 *
 * @throws ViewsError INDEX_IN_USE when another process keeps it.
 */
export async function openIndex(options: IndexOptions): Promise<RecordIndex> {
  const lock = lockOf(options.path);
  try {
    return new RecordIndex(options, lock, await openTables(options));
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Deletes the index and builds it again.
 *
 * @throws ViewsError INDEX_IN_USE when another process keeps it.
 */
export async function rebuildIndex(
  options: IndexOptions,
  onProgress: (cursor: number, size: number) => void = () => {},
): Promise<RecordIndex> {
  const lock = lockOf(options.path);
  try {
    const index = new RecordIndex(options, lock, newTables(options));
    const report = () => onProgress(index.cursor, options.reader.size);
    const timer = setInterval(report, PROGRESS_INTERVAL_MS);
    await index.follow().finally(() => clearInterval(timer));
    report();
    return index;
  } catch (error) {
    lock.release();
    throw error;
  }
}

function lockOf(path: string): FileLock {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return new FileLock(`${path}-lock`);
}

async function openTables(options: IndexOptions): Promise<IndexTables> {
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
