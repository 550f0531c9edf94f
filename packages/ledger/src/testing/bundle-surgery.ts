import { hashLeaf } from "../merkle/hash.ts";
import { TileBuilder } from "../merkle/tile-builder.ts";
import { tilePath } from "../merkle/tile-path.ts";
import { splitEntries } from "../wal/frame.ts";
import type { Image } from "./image.ts";

/**
 * Changes the entries of an image's only bundle, and makes the tile fit: what somebody does who can write files and knows
 * the formats, but has no key.
 */
export function changeEntries(image: Image, change: (entries: Buffer[]) => Buffer[]): Map<string, Buffer> {
  const isBundle = (path: string) => /^tile\/entries\/000\.p\/\d+$/.test(path);
  const widths = [...image.keys()].filter(isBundle).map((path) => Number(path.split("/").at(-1)));
  const width = Math.max(...widths);
  const entries = change(splitEntries(image.get(`tile/entries/000.p/${width}`) as Buffer) as Buffer[]);
  const changed = new Map([...image].filter(([path]) => !path.startsWith("tile/")));
  const tiles = new TileBuilder();
  for (const entry of entries) tiles.append(hashLeaf(entry));
  for (const { level, index, bytes } of tiles.partials()) changed.set(tilePath(level, index, width), bytes);
  return changed.set(`tile/entries/000.p/${width}`, joinEntries(entries));
}

function joinEntries(entries: readonly Buffer[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}
