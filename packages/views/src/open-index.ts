import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { ErasureStatus } from "./erasure/erasures.ts";
import { ViewsError } from "./error.ts";
import { FileLock } from "./file/file-lock.ts";
import type { IndexOptions } from "./indexing/index-options.ts";
import { IndexTables } from "./indexing/index-tables.ts";
import { newTables, openTables } from "./indexing/open-tables.ts";
import { continuesLedger } from "./indexing/read-batch.ts";
import { RecordIndex } from "./record-index.ts";

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
    await index.purged();
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

/** How an index stands to its ledger, without changing anything. */
export interface IndexStatus {
  /**
   * `absent`: there is none yet. `in-use`: another process keeps it, and so knows its cursor. `unusable`: it is begun anew
   * by whoever opens it.
   */
  readonly state: "absent" | "in-use" | "ready" | "unusable";
  /** How many entries are indexed, when that can be told. */
  readonly cursor: number | null;
  readonly bytes: number;
  /** How far it has forgotten what was destroyed, when that can be told. */
  readonly erasures: ErasureStatus | null;
}

export async function indexStatus(options: IndexOptions): Promise<IndexStatus> {
  const { path, reader } = options;
  const unknown = { cursor: null, erasures: null };
  if (!existsSync(path)) return { ...unknown, bytes: 0, state: "absent" };
  const bytes = statSync(path).size;
  let lock: FileLock | undefined;
  let tables: IndexTables | undefined;
  try {
    lock = lockOf(path);
    tables = IndexTables.open(options);
    const { cursor, erasureStatus: erasures } = tables;
    if (await continuesLedger(tables, reader)) return { bytes, cursor, erasures, state: "ready" };
    return { ...unknown, bytes, state: "unusable" };
  } catch (error) {
    const isInUse = error instanceof ViewsError && error.code === "INDEX_IN_USE";
    return { ...unknown, bytes, state: isInUse ? "in-use" : "unusable" };
  } finally {
    tables?.close();
    lock?.release();
  }
}
