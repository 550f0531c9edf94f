import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { chunkNamer } from "../../packages/ledger/src/blobs/names.ts";
import { openParcel } from "../../packages/ledger/src/blobs/parcel.ts";
import { PARCEL_MAGIC, readParcelHead } from "../../packages/ledger/src/blobs/parcel-head.ts";
import { readBlockHeader } from "../../packages/ledger/src/block/block.ts";
import { openBlock } from "../../packages/ledger/src/block/cipher.ts";
import type { DataKey } from "../../packages/ledger/src/keys/key-ring.ts";
import { existingFormat, needKeys } from "../../packages/ledger/src/reader/reader-keys.ts";
import { nodeDisk } from "../../packages/ledger/src/store/disk.ts";
import { layoutOf } from "../../packages/ledger/src/store/layout.ts";

const BLOCK_MAGIC = Buffer.from("CSTB");

/** What a thief of a whole data directory, with its master key, can read of it. Told file by file. */
export type OnPlaintext = (file: string, bytes: Buffer) => void;

/**
 * Opens, with every data key that is left, whatever looks like a sealed block or parcel at any byte of any file: payload
 * files, packs of blobs, write-ahead segments with what former lives left in them, and the spare one. Each file is also
 * handed out as it is. It relies on no index, no frame and no order of files, so nothing can hide behind those.
 */
export async function openEverything(directory: string, onPlaintext: OnPlaintext): Promise<void> {
  const layout = layoutOf(directory);
  const format = await existingFormat(nodeDisk, layout);
  const { ring } = await needKeys(nodeDisk, layout, format, {});
  const keys = ring
    .rows()
    .filter(({ id }) => ring.has(id))
    .map(({ id }) => ({ id, key: ring.secret(id).key }));
  for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    const path = join(directory, name);
    if (!statSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    const file = relative(directory, path);
    onPlaintext(file, bytes);
    for (const block of sealedAt(bytes, BLOCK_MAGIC, blockAt))
      for (const key of keysFor(keys, block.keyId)) {
        const plaintext = opened(() => openBlock(format.id, key.key, block.bytes).plaintext);
        if (plaintext !== undefined) onPlaintext(file, plaintext);
      }
    for (const parcel of sealedAt(bytes, PARCEL_MAGIC, parcelAt))
      for (const { key } of keysFor(keys, parcel.keyId)) {
        const chunks = opened(() => openParcel(format.id, key, chunkNamer(key), parcel.bytes).chunks);
        if (chunks !== undefined) onPlaintext(file, Buffer.concat(chunks));
      }
  }
}

interface Sealed {
  readonly keyId: string;
  readonly bytes: Buffer;
}

function* sealedAt(bytes: Buffer, magic: Buffer, read: (bytes: Buffer, at: number) => Sealed | undefined) {
  for (let at = bytes.indexOf(magic); at !== -1; at = bytes.indexOf(magic, at + 1)) {
    const sealed = read(bytes, at);
    if (sealed !== undefined) yield sealed;
  }
}

function blockAt(bytes: Buffer, at: number): Sealed | undefined {
  const header = opened(() => readBlockHeader(bytes, at));
  return header && { keyId: header.keyId, bytes: bytes.subarray(at, at + header.length) };
}

function parcelAt(bytes: Buffer, at: number): Sealed | undefined {
  const head = readParcelHead(bytes, at);
  return head && { keyId: head.keyId, bytes: bytes.subarray(at, at + head.length) };
}

/** The one that it names; where that is gone, each of the others, in case the name lies. */
function keysFor(keys: readonly DataKey[], id: string): readonly DataKey[] {
  const named = keys.find((key) => key.id === id);
  return named === undefined ? keys : [named];
}

function opened<Value>(open: () => Value): Value | undefined {
  try {
    return open();
  } catch {
    return undefined;
  }
}
