import { LedgerError } from "../error.ts";

const LENGTH_BYTES = 4;

/**
 * What is sealed in a parcel, before it is deflated: each chunk behind its length (4), and behind the last of them the
 * manifest, if there is one.
 */
export interface Content {
  readonly chunks: readonly Buffer[];
  /** Empty when there is none. */
  readonly manifest: Buffer;
}

/** How many bytes a chunk takes in a content. */
export function contentBytes(chunk: Buffer): number {
  return LENGTH_BYTES + chunk.length;
}

/** Writes a chunk into a content that is being gathered, and returns where the next one goes. */
export function writeChunk(target: Buffer, offset: number, chunk: Buffer): number {
  target.writeUInt32BE(chunk.length, offset);
  chunk.copy(target, offset + LENGTH_BYTES);
  return offset + contentBytes(chunk);
}

/** Takes a content apart. @throws LedgerError BLOB_DAMAGED unless it holds `count` whole chunks. */
export function splitContent(bytes: Buffer, count: number): Content {
  const chunks: Buffer[] = [];
  let offset = 0;
  while (chunks.length < count) {
    const start = offset + LENGTH_BYTES;
    const end = start > bytes.length ? Number.POSITIVE_INFINITY : start + bytes.readUInt32BE(offset);
    if (end > bytes.length)
      throw new LedgerError("BLOB_DAMAGED", `a parcel holds ${chunks.length} chunks, its head says ${count}`);
    chunks.push(bytes.subarray(start, end));
    offset = end;
  }
  return { chunks, manifest: bytes.subarray(offset) };
}
