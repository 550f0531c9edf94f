/**
 * A witness's word that it saw a checkpoint, and that it follows from everything that it saw of that log before, by
 * https://c2sp.org/tlog-cosignature. As a signature of a note it is
 *
 *     timestamp (8 bytes, big-endian) || Ed25519 signature (64 bytes)
 *
 * and what is signed is
 *
 *     cosignature/v1
 *     time <timestamp, decimal>
 *     <the whole text of the checkpoint>
 */
import { concatBytes } from "./bytes.ts";
import type { CosignerKey } from "./cosigner-key.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import { encodeUtf8 } from "./utf8.ts";

const TIMESTAMP_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** The bytes that a witness signs. `timeS` is in seconds since 1970. */
export function cosignedMessage(text: string, timeS: number): Uint8Array {
  return encodeUtf8(`cosignature/v1\ntime ${timeS}\n${text}`);
}

/** Puts time and signature together, as they stand in the note. */
export function joinCosignature(timeS: number, signature: Uint8Array): Uint8Array {
  const timestamp = new Uint8Array(TIMESTAMP_BYTES);
  new DataView(timestamp.buffer).setBigUint64(0, BigInt(timeS));
  return concatBytes(timestamp, signature);
}

/**
 * When the witness saw the checkpoint, in seconds since 1970; `undefined` when this is not its cosignature of the text.
 * A time of zero says that the witness makes no statement about when, which is not what a cosignature is for.
 */
export async function verifyCosignature(
  { key, signature, text }: { key: CosignerKey; signature: Uint8Array; text: string },
  primitives: Primitives = webPrimitives,
): Promise<number | undefined> {
  if (signature.length !== TIMESTAMP_BYTES + SIGNATURE_BYTES) return undefined;
  const timestamp = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  // Later than a number can tell apart; the specification's own limit is 2^63 - 1.
  if (timestamp > BigInt(Number.MAX_SAFE_INTEGER) || timestamp === 0n) return undefined;
  const timeS = Number(timestamp);
  const isRight = await primitives.verifyEd25519(
    key.publicKey,
    cosignedMessage(text, timeS),
    signature.subarray(TIMESTAMP_BYTES),
  );
  return isRight ? timeS : undefined;
}
