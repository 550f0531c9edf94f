import { createHmac, type Hmac, hash } from "node:crypto";

const CHUNK_LABEL = "custody/chunk/v1\0";
const BLOB_LABEL = "custody/blob/v1\0";

/** A chunk's name is half of an HMAC: 128 bits, which RFC 2104 calls enough and nobody without the key can aim at. */
export const CHUNK_NAME_BYTES = 16;
export const BLOB_NAME_BYTES = 32;

/** The HMAC-SHA-256 that becomes a blob's name once the whole content went through it. */
export function blobHmac(key: Buffer): Hmac {
  return createHmac("sha256", key).update(BLOB_LABEL);
}

const SHA256_BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;

/** Gives the chunks of one data key their names, as binary (latin1) strings. */
export type NameChunk = (chunk: Uint8Array) => string;

/**
 * HMAC-SHA-256 by its definition (RFC 2104, section 2), as two plain hashes: for chunks of a kilobyte that costs half of
 * what an object of node:crypto for each of them does.
 */
export function chunkNamer(key: Buffer): NameChunk {
  const outer = Buffer.alloc(SHA256_BLOCK_BYTES + DIGEST_BYTES, 0x5c);
  let inner = Buffer.alloc(0);
  const chunkAt = SHA256_BLOCK_BYTES + CHUNK_LABEL.length;
  const reserve = (size: number) => {
    inner = Buffer.alloc(size, 0x36);
    for (let at = 0; at < key.length; at += 1) inner[at] = 0x36 ^ (key[at] as number);
    inner.write(CHUNK_LABEL, SHA256_BLOCK_BYTES, "latin1");
  };
  reserve(16 * 1024);
  for (let at = 0; at < key.length; at += 1) outer[at] = 0x5c ^ (key[at] as number);
  return (chunk) => {
    const size = chunkAt + chunk.length;
    if (size > inner.length) reserve(2 * size);
    inner.set(chunk, chunkAt);
    outer.write(hash("sha256", inner.subarray(0, size), "binary"), SHA256_BLOCK_BYTES, "latin1");
    return hash("sha256", outer, "binary").slice(0, CHUNK_NAME_BYTES);
  };
}
