import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TILE_WIDTH, tilePath } from "../merkle/tile-path.ts";
import { partialsPath } from "../store/paths.ts";

const HASH_BYTES = 32;

/**
 * The first `width` hashes of a tile. The file of just this width may be gone: a partial tile gives way to the full one,
 * and a copy of a ledger has those of its own size only. Any wider one begins with the same hashes.
 */
export function readStoredTile(root: string, level: number, index: number, width: number): Buffer {
  for (const candidate of widths(root, level, index, width)) {
    const bytes = readIfThere(join(root, tilePath(level, index, candidate)));
    if (bytes !== undefined) return bytes.subarray(0, width * HASH_BYTES);
  }
  return readFileSync(join(root, tilePath(level, index, width)));
}

function* widths(root: string, level: number, index: number, width: number): Generator<number> {
  yield width;
  if (width === TILE_WIDTH) return;
  yield TILE_WIDTH;
  const partials = namesIn(join(root, partialsPath(tilePath(level, index)))).map(Number);
  yield* partials.filter((other) => other > width && other < TILE_WIDTH).sort((a, b) => a - b);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
