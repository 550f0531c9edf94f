import { encodeMessage } from "./message-parts.ts";
import { decodeNamedTarget, encodeNamedTarget, type NamedTarget } from "./named-target.ts";

/**
 * Drops a prepared statement or a portal; the empty name is the unnamed one.
 * Dropping a statement drops its portals with it. A name that does not exist is no error.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-CLOSE
 */
export type Close = { readonly type: "close" } & NamedTarget;

/** Decodes the body of Close: a kind and a name. */
export function decodeClose(body: Buffer): Close {
  const { target, name } = decodeNamedTarget(body, "Close");
  return { type: "close", target, name };
}

export function encodeClose(message: Close): Buffer {
  return encodeMessage("C", encodeNamedTarget(message));
}
