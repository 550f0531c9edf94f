import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { Decompress } from "fzstd";

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
  if (names.length > CODINGS_MAX) throw new Error("it was compressed over and over");
  // They stand in the order in which they were applied.
  return names.reduceRight((bytes, name) => decodeOne(bytes, name), body);
}

/** Small, so that a bomb is noticed before much of it has gone off. */
const ZSTD_PIECE_BYTES = 1024;

/** Nobody compresses twice for a good reason. */
const CODINGS_MAX = 2;

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
      return unzstd(bytes);
    default:
      throw new Error(`the content coding ${JSON.stringify(coding)} is not known`);
  }
}

/** The library has no limit of its own: it is fed piece by piece, and left when there is too much. */
function unzstd(bytes: Buffer): Buffer {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((piece) => {
    length += piece.length;
    if (length > BODY_BYTES_MAX) throw new Error(`it decodes to more than ${BODY_BYTES_MAX} bytes`);
    pieces.push(Uint8Array.prototype.slice.call(piece));
  });
  for (let at = 0; at < bytes.length; at += ZSTD_PIECE_BYTES)
    stream.push(bytes.subarray(at, at + ZSTD_PIECE_BYTES), at + ZSTD_PIECE_BYTES >= bytes.length);
  return Buffer.concat(pieces, length);
}
