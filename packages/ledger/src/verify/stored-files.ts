import { join } from "node:path";
import { parseEntriesPath, parseTilePath, TILE_WIDTH, tileWidth } from "../merkle/tile-path.ts";
import type { Disk } from "../store/disk.ts";
import type { Findings } from "./finding.ts";

/** What the names below `tile/` and `payload/` say, as they stood at one moment. */
export interface StoredFiles {
  /** The widths of the partial files beside a tile or bundle, by its path. Normally only at the right edge. */
  readonly partials: ReadonlyMap<string, readonly number[]>;
  /** Files that a tree of the size given to `listStoredFiles` does not have. */
  readonly beyond: readonly StoredFile[];
}

interface StoredFile {
  readonly path: string;
  /** Whether a tree of this size has the file. */
  readonly isOf: (size: number) => boolean;
}

/**
 * Lists the directories that can be served, and reports names that no ledger writes.
 *
 * To be called before the write-ahead file is read: a file is only written for entries that are durable there, so
 * whatever is listed now must belong to the entries that are found afterwards, also while a writer goes on.
 */
export async function listStoredFiles(
  disk: Disk,
  root: string,
  size: number,
  findings: Findings,
): Promise<StoredFiles> {
  const partials = new Map<string, number[]>();
  const beyond: StoredFile[] = [];
  for (const name of await disk.list(join(root, "tile"))) await walk(`tile/${name}`);
  await walk("payload");
  return { partials, beyond };

  async function walk(directory: string): Promise<void> {
    for (const name of await listDirectory(directory)) {
      const path = `${directory}/${name}`;
      if (/^x\d{3}$/.test(name)) await walk(path);
      else if (/^\d{3}\.p$/.test(name) && !directory.startsWith("payload")) await walkPartials(path);
      else take(path, name);
    }
  }

  async function walkPartials(directory: string): Promise<void> {
    const widths: number[] = [];
    for (const name of await listDirectory(directory)) {
      if (take(`${directory}/${name}`, name)) widths.push(Number(name));
    }
    partials.set(directory.slice(0, -".p".length), widths);
  }

  async function listDirectory(directory: string): Promise<string[]> {
    try {
      return await disk.list(join(root, directory));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOTDIR") throw error;
      unexpected(directory);
      return [];
    }
  }

  function take(path: string, name: string): boolean {
    // A stop while a file is written leaves it under its temporary name. It is never read, so it can do no harm.
    if (/^\d{1,3}\.\d+-\d+\.tmp$/.test(name)) return false;
    const isOf = membership(path);
    if (isOf === undefined) unexpected(path);
    else if (!isOf(size)) beyond.push({ path, isOf });
    return isOf !== undefined;
  }

  function unexpected(path: string): void {
    findings.add("FILE_UNEXPECTED", path, "no ledger writes a file of this name");
  }
}

/** Which trees have the file; undefined when its name is none that a ledger gives. */
function membership(path: string): ((size: number) => boolean) | undefined {
  try {
    if (path.startsWith("payload/")) {
      const { index } = parseEntriesPath(path.replace("payload/", "tile/entries/"));
      return (size) => index * TILE_WIDTH < size;
    }
    const isBundle = path.startsWith("tile/entries/");
    const { level, index, width } = isBundle ? { level: 0, ...parseEntriesPath(path) } : parseTilePath(path);
    return (size) => tileWidth(level, index, size) >= width;
  } catch {
    return undefined;
  }
}
