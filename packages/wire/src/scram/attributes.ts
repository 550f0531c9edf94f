import { isUtf8 } from "node:buffer";
import { WireError } from "../error.ts";

/** Names of attributes in the order a message must have them; see section 5.1 of RFC 5802. */
export type Attributes = Readonly<Record<string, string>>;

/** PostgreSQL's own limit for a SASL message of SCRAM, PG_MAX_SASL_MESSAGE_LENGTH. */
const messageBytesMax = 1024;

/** Reads a SCRAM message as text, within limits. */
export function readScramText(bytes: Buffer): string {
  if (bytes.length > messageBytesMax) throw malformed("is longer than 1,024 bytes");
  if (!isUtf8(bytes) || bytes.includes(0)) throw malformed("is not text");
  return bytes.toString("utf8");
}

/**
 * Parses "r=…,s=…,i=…": the named attributes in exactly this order, then unknown extensions, which RFC 5802 tells
 * us to ignore. A message that begins with "m=" demands an extension that we must understand, and there is none.
 */
export function parseAttributes(text: string, names: readonly string[]): Attributes {
  const parts = text.split(",");
  if (parts[0]?.startsWith("m=")) {
    throw new WireError("SCRAM_EXTENSION_UNSUPPORTED", "The peer demands a SCRAM extension.");
  }
  const attributes: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const part = parts[index];
    if (!part?.startsWith(`${name}=`)) throw malformed(`lacks the attribute "${name}" in its place`);
    attributes[name] = part.slice(2);
  }
  const extensions = parts.slice(names.length);
  if (!extensions.every((part) => /^[A-Za-z]=./su.test(part))) throw malformed("has a malformed extension");
  return attributes;
}

/** Decodes base64, in its one canonical form only: two texts for the same bytes would be two messages to sign. */
export function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw malformed("has an attribute that is not base64");
  return bytes;
}

/** A nonce is printable ASCII without the comma, and not empty. */
export function isNonce(text: string): boolean {
  return /^[\x21-\x2b\x2d-\x7e]+$/.test(text);
}

export function malformed(why: string): WireError {
  return new WireError("SCRAM_MALFORMED", `The SCRAM message ${why}.`);
}
