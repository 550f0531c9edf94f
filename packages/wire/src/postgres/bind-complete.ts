import { requireEmptyBody } from "./body-reader.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * Answers a Bind that succeeded.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-BINDCOMPLETE
 */
export type BindComplete = { readonly type: "bind-complete" };

/** Decodes the body of BindComplete, which is empty. */
export function decodeBindComplete(body: Buffer): BindComplete {
  requireEmptyBody(body, "BindComplete");
  return { type: "bind-complete" };
}

export function encodeBindComplete(): Buffer {
  return encodeMessage("2", []);
}
