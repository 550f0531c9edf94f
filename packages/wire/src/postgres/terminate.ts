import { requireEmptyBody } from "./body-reader.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * Ends the connection. The server rolls back an open transaction and answers nothing.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-TERMINATE
 */
export type Terminate = { readonly type: "terminate" };

/** Decodes the body of Terminate, which is empty. */
export function decodeTerminate(body: Buffer): Terminate {
  requireEmptyBody(body, "Terminate");
  return { type: "terminate" };
}

export function encodeTerminate(): Buffer {
  return encodeMessage("X", []);
}
