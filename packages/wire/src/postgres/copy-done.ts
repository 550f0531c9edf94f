import { requireEmptyBody } from "./body-reader.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * Ends a stream of CopyData, in either direction.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYDONE
 */
export type CopyDone = { readonly type: "copy-done" };

/** Decodes the body of CopyDone, which is empty. */
export function decodeCopyDone(body: Buffer): CopyDone {
  requireEmptyBody(body, "CopyDone");
  return { type: "copy-done" };
}

export function encodeCopyDone(): Buffer {
  return encodeMessage("c", []);
}
