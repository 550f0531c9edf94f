import { requireEmptyBody } from "./body-reader.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * Answers a Parse that succeeded.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-PARSECOMPLETE
 */
export type ParseComplete = { readonly type: "parse-complete" };

/** Decodes the body of ParseComplete, which is empty. */
export function decodeParseComplete(body: Buffer): ParseComplete {
  requireEmptyBody(body, "ParseComplete");
  return { type: "parse-complete" };
}

export function encodeParseComplete(): Buffer {
  return encodeMessage("1", []);
}
