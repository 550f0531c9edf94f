import { requireEmptyBody } from "./body-reader.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * Asks the server to send what it holds back, without ending the segment. A client may wait for the answers, so what
 * is held for a decision must be decided here as well as at Sync.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-FLUSH
 */
export type Flush = { readonly type: "flush" };

/** Decodes the body of Flush, which is empty. */
export function decodeFlush(body: Buffer): Flush {
  requireEmptyBody(body, "Flush");
  return { type: "flush" };
}

export function encodeFlush(): Buffer {
  return encodeMessage("H", []);
}
