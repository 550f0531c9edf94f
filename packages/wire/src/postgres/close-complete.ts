import { requireEmptyBody } from "./body-reader.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * Answers a Close, also one of a name that did not exist.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-CLOSECOMPLETE
 */
export type CloseComplete = { readonly type: "close-complete" };

/** Decodes the body of CloseComplete, which is empty. */
export function decodeCloseComplete(body: Buffer): CloseComplete {
  requireEmptyBody(body, "CloseComplete");
  return { type: "close-complete" };
}

export function encodeCloseComplete(): Buffer {
  return encodeMessage("3", []);
}
