import { LedgerError } from "../error.ts";

/** Chunks that stand one behind the other in a parcel. */
export interface Run {
  /** Pack and byte of the parcel; pack 0 is the parcel that holds the manifest itself. */
  readonly pack: number;
  readonly offset: number;
  /** The first of them, counted from 0 in its parcel. */
  readonly first: number;
  readonly count: number;
}

/**
 * What a blob is made of, at the end of the content of the parcel that completes it:
 *
 *     offset size
 *      0      8   bytes of the whole blob
 *      8     12   for each run, in the order of the content: pack (4) ‖ offset of its parcel (4) ‖ first chunk (2) ‖
 *                 count of chunks (2)
 *
 * All integers are big-endian. Places are for ever: packs only grow, and go as a whole.
 */
export interface Manifest {
  readonly size: number;
  readonly runs: readonly Run[];
}

const HEAD_BYTES = 8;
const RUN_BYTES = 12;

export function encodeManifest({ size, runs }: Manifest): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + runs.length * RUN_BYTES);
  bytes.writeBigUInt64BE(BigInt(size), 0);
  for (const [at, { pack, offset, first, count }] of runs.entries()) {
    const start = HEAD_BYTES + at * RUN_BYTES;
    bytes.writeUInt32BE(pack, start);
    bytes.writeUInt32BE(offset, start + 4);
    bytes.writeUInt16BE(first, start + 8);
    bytes.writeUInt16BE(count, start + 10);
  }
  return bytes;
}

/** @throws LedgerError BLOB_DAMAGED */
export function decodeManifest(bytes: Buffer): Manifest {
  const size = bytes.length < HEAD_BYTES ? Number.NaN : Number(bytes.readBigUInt64BE(0));
  if (!Number.isSafeInteger(size) || (bytes.length - HEAD_BYTES) % RUN_BYTES !== 0)
    throw new LedgerError("BLOB_DAMAGED", "a manifest is not whole");
  const runs: Run[] = [];
  for (let start = HEAD_BYTES; start < bytes.length; start += RUN_BYTES) {
    runs.push({
      pack: bytes.readUInt32BE(start),
      offset: bytes.readUInt32BE(start + 4),
      first: bytes.readUInt16BE(start + 8),
      count: bytes.readUInt16BE(start + 10),
    });
  }
  return { size, runs };
}
