import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { decompress } from "fzstd";

/** Decoded bytes of one body; a longer one is not read. */
export const BODY_BYTES_MAX: number = 64 * 1024 * 1024;

/**
 * The bytes of a body without its content codings (RFC 9110, section 8.4). A body that was cut off gives what came, as far
 * as its coding lets see it.
 *
 * @throws Error when they are not of that coding, or decode to more than 64 MiB
 */
export function decoded(body: Buffer, codings: string): Buffer {
  const names = codings
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  // They stand in the order in which they were applied.
  return names.reduceRight((bytes, name) => decodeOne(bytes, name), body);
}

const flushed = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: BODY_BYTES_MAX };

function decodeOne(bytes: Buffer, coding: string): Buffer {
  switch (coding) {
    case "":
    case "identity":
      return bytes;
    case "gzip":
    case "x-gzip":
      return gunzipSync(bytes, flushed);
    case "deflate":
      // Some servers send raw DEFLATE under this name.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? inflateSync(bytes, flushed) : inflateRawSync(bytes, flushed);
    case "br":
      return brotliDecompressSync(bytes, {
        finishFlush: constants.BROTLI_OPERATION_FLUSH,
        maxOutputLength: BODY_BYTES_MAX,
      });
    case "zstd":
      return Buffer.from(decompress(bytes));
    default:
      throw new Error(`the content coding ${JSON.stringify(coding)} is not known`);
  }
}
