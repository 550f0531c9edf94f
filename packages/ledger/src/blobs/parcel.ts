import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { NONCE, oneStepKey, type SealIdentity } from "../block/one-step-key.ts";
import { LedgerError } from "../error.ts";
import { sha256 } from "../merkle/digest.ts";
import { type Content, splitContent } from "./content.ts";
import type { NameChunk } from "./names.ts";
import {
  CHECK_BYTES,
  checkOf,
  headBytes,
  type ParcelHead,
  readParcelHead,
  TAG_BYTES,
  writeParcelHead,
} from "./parcel-head.ts";

const SALT_BYTES = 16;
const TAG = { authTagLength: TAG_BYTES };
const parcelKey = oneStepKey("custody/parcel/1");

/** A content that is ready to be sealed: deflated, where that makes it smaller. */
export interface PackedContent {
  readonly bytes: Buffer;
  readonly isDeflated: boolean;
  readonly contentBytes: number;
  /** The names of what is in it, in its order. */
  readonly chunks: readonly string[];
  readonly blob: string | undefined;
}

/** Where a parcel goes. */
export interface ParcelPlace {
  readonly keyId: string;
  readonly pack: number;
  readonly offset: number;
  readonly durable: number;
}

/** How many bytes a parcel takes. */
export function parcelBytes({ bytes, chunks, blob }: PackedContent): number {
  return headBytes(chunks.length, blob !== undefined) + SALT_BYTES + bytes.length + TAG_BYTES + CHECK_BYTES;
}

/** Seals salt ‖ content, with the head as additional data. The salt is fresh from the system for each parcel. */
export function sealParcel(identity: SealIdentity, place: ParcelPlace, content: PackedContent): Buffer {
  const { bytes, ...what } = content;
  const length = parcelBytes(content);
  const parcel = Buffer.allocUnsafe(length);
  const plaintext = Buffer.concat([randomBytes(SALT_BYTES), bytes]);
  const plaintextDigest = sha256(plaintext);
  const { epoch, number } = identity;
  const head = writeParcelHead(parcel, { ...place, ...what, length, epoch, number, plaintextDigest });
  const cipher = createCipheriv("aes-256-gcm", parcelKey(identity, plaintextDigest), NONCE);
  cipher.setAAD(head);
  cipher.update(plaintext).copy(parcel, head.length);
  cipher.final();
  cipher.getAuthTag().copy(parcel, length - CHECK_BYTES - TAG_BYTES);
  parcel.write(checkOf(parcel.subarray(0, length - CHECK_BYTES)), length - CHECK_BYTES, "latin1");
  return parcel;
}

/** Whether a parcel, of which the head is known to be whole, is so to its end. Says nothing to an attacker. */
export function isWholeParcel(parcel: Buffer): boolean {
  const checkAt = parcel.length - CHECK_BYTES;
  return parcel.toString("latin1", checkAt) === checkOf(parcel.subarray(0, checkAt));
}

/** A parcel that was opened: each chunk is what its name says. */
export interface OpenParcel extends Content {
  readonly head: ParcelHead;
}

/**
 * Opens a parcel, and holds each chunk against its name: GCM does not commit to its key, so a decryption alone proves
 * nothing.
 *
 * @throws LedgerError BLOB_DAMAGED
 */
export function openParcel(ledgerId: Buffer, key: Buffer, nameChunk: NameChunk, parcel: Buffer): OpenParcel {
  const head = readParcelHead(parcel, 0);
  if (head === undefined || head.length !== parcel.length || !isWholeParcel(parcel))
    throw new LedgerError("BLOB_DAMAGED", "a parcel is not whole");
  const { epoch, number, chunks: names } = head;
  const plaintext = decrypt({ ledgerId, key, epoch, number }, head, parcel);
  const content = splitContent(decode(plaintext.subarray(SALT_BYTES), head), names.length);
  for (const [at, chunk] of content.chunks.entries()) {
    if (nameChunk(chunk) !== names[at])
      throw new LedgerError("BLOB_DAMAGED", `chunk ${at} of a parcel is not the one that its name says`);
  }
  return { head, ...content };
}

function decrypt(
  identity: SealIdentity,
  { chunks, blob, plaintextDigest }: ParcelHead,
  parcel: Buffer,
): Buffer {
  const headEnd = headBytes(chunks.length, blob !== undefined);
  const tagAt = parcel.length - CHECK_BYTES - TAG_BYTES;
  try {
    const decipher = createDecipheriv("aes-256-gcm", parcelKey(identity, plaintextDigest), NONCE, TAG);
    decipher.setAAD(parcel.subarray(0, headEnd));
    decipher.setAuthTag(parcel.subarray(tagAt, tagAt + TAG_BYTES));
    const plaintext = decipher.update(parcel.subarray(headEnd, tagAt));
    decipher.final();
    return plaintext;
  } catch (cause) {
    throw new LedgerError("BLOB_DAMAGED", "a parcel does not decrypt with its key", { cause });
  }
}

/** What the head says of the size is authenticated by now, so it may bound what is inflated. */
function decode(bytes: Buffer, { isDeflated, contentBytes }: ParcelHead): Buffer {
  try {
    const content = isDeflated
      ? inflateRawSync(bytes, { maxOutputLength: Math.max(contentBytes, 1) })
      : bytes;
    if (content.length === contentBytes) return content;
  } catch (cause) {
    throw new LedgerError("BLOB_DAMAGED", "a parcel does not inflate", { cause });
  }
  throw new LedgerError("BLOB_DAMAGED", "a parcel's content does not have the size that its head says");
}
