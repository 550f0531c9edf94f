import { PAYLOAD_OVERHEAD_BYTES } from "../block/block.ts";
import { TILE_WIDTH } from "../merkle/tile-path.ts";
import type { AcceptedEntry } from "./accepted.ts";

/** Entries that are sealed together, by their places in the batch. */
export interface KeyGroup {
  readonly keyId: string;
  readonly bundle: number;
  readonly members: number[];
  plaintextBytes: number;
}

/**
 * Entries that share a data key and a bundle share a block, so that a bundle's payload file is whole by itself.
 * The groups keep the order of their first entries. A batch rarely has more than a few, so a search is enough.
 */
export function groupByKey(entries: readonly AcceptedEntry[]): KeyGroup[] {
  const found: KeyGroup[] = [];
  let last: KeyGroup | undefined;
  for (let at = 0; at < entries.length; at += 1) {
    const entry = entries[at] as AcceptedEntry;
    const { key, place } = entry;
    const bundle = Math.floor(place.index / TILE_WIDTH);
    if (last?.keyId !== key.id || last.bundle !== bundle) {
      last = found.findLast((group) => group.keyId === key.id && group.bundle === bundle);
    }
    if (last === undefined) {
      last = { keyId: key.id, bundle, members: [], plaintextBytes: 0 };
      found.push(last);
    }
    last.members.push(at);
    last.plaintextBytes += plaintextBytesOf(entry);
  }
  return found;
}

/** What an entry's payload takes in a plaintext. */
export function plaintextBytesOf({ payloadBytes }: AcceptedEntry): number {
  return PAYLOAD_OVERHEAD_BYTES + payloadBytes;
}
