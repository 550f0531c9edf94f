import { BLOCK_HEADER_BYTES, eraseBlock, readBlockHeader } from "../block/block.ts";

/** Says whether the blocks of a key are to go. */
export type IsDestroyed = (keyId: string) => boolean;

export interface ErasedBlocks {
  readonly blocks: number;
  readonly bytes: number;
}

/** A payload file without the blocks of destroyed keys; undefined when it has none. For files that do not grow any more. */
export function withoutBlocks(
  file: Buffer,
  isDestroyed: IsDestroyed,
): (ErasedBlocks & { readonly left: Buffer }) | undefined {
  const kept: Buffer[] = [];
  let blocks = 0;
  let bytes = 0;
  for (const { block, keyId } of blocksOf(file)) {
    if (!isDestroyed(keyId)) kept.push(block);
    else {
      blocks += 1;
      bytes += block.length;
    }
  }
  return blocks === 0 ? undefined : { blocks, bytes, left: Buffer.concat(kept) };
}

/** What to write over the blocks of destroyed keys in a file that still grows: as long as they are, and empty. */
export function erasures(
  file: Buffer,
  isDestroyed: IsDestroyed,
): { readonly at: number; readonly erased: Buffer }[] {
  return blocksOf(file)
    .filter(({ isErased, keyId }) => !isErased && isDestroyed(keyId))
    .map(({ at, block }) => ({ at, erased: eraseBlock(block) }));
}

interface Found {
  readonly at: number;
  readonly block: Buffer;
  readonly keyId: string;
  readonly isErased: boolean;
}

/** @throws LedgerError BLOCK_DAMAGED: what cannot be told apart is left alone. */
function blocksOf(file: Buffer): Found[] {
  const found: Found[] = [];
  for (let at = 0; at + BLOCK_HEADER_BYTES <= file.length; ) {
    const { isErased, keyId, length } = readBlockHeader(file, at);
    found.push({ at, block: file.subarray(at, at + length), isErased, keyId });
    at += length;
  }
  return found;
}
