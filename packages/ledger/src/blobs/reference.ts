import { LedgerError } from "../error.ts";
import { BLOB_BYTES_MAX } from "../store/limits.ts";

/** Names a stored blob: what a record holds in the blob's place. */
export interface BlobReference {
  /** Id of the data key that seals it, and with which it is destroyed. */
  readonly key: string;
  /** HMAC-SHA-256 under that key, of a label and the content: 32 bytes in base64url. */
  readonly name: string;
  /** Bytes of the content. */
  readonly size: number;
}

/** Ids of data keys are 12 bytes; every 16 characters of base64url are some. */
const KEY_ID = /^[A-Za-z0-9_-]{16}$/;
/** 32 bytes leave two bits of the last character unused, and there is one spelling only. */
const NAME = "[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]";
const TEXT = new RegExp(`^blob1:([A-Za-z0-9_-]{16}):(${NAME}):(0|[1-9][0-9]{0,14})$`);

export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}

/** The one text form, `blob1:<key>:<name>:<size>`. */
export function formatBlobReference({ key, name, size }: BlobReference): string {
  return `blob1:${key}:${name}:${size}`;
}

/** @throws LedgerError BLOB_NAME_MALFORMED unless it is the one text form. */
export function parseBlobReference(text: string): BlobReference {
  const [, key, name, digits] = TEXT.exec(text) ?? [];
  const size = Number(digits);
  if (key === undefined || name === undefined || !(size <= BLOB_BYTES_MAX)) {
    throw new LedgerError(
      "BLOB_NAME_MALFORMED",
      `${JSON.stringify(text.slice(0, 100))} is no reference of a blob: it must be blob1:<key>:<name>:<size>`,
    );
  }
  return { key, name, size };
}
