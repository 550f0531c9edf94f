import { encodeMessage } from "./message-parts.ts";
import { decodeNamedTarget, encodeNamedTarget, type NamedTarget } from "./named-target.ts";

/**
 * Asks what is known of a prepared statement or a portal; the empty name is the unnamed one.
 * A statement is answered with ParameterDescription and then, like a portal, with RowDescription or NoData.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-DESCRIBE
 */
export type Describe = { readonly type: "describe" } & NamedTarget;

/** Decodes the body of Describe: a kind and a name. */
export function decodeDescribe(body: Buffer): Describe {
  const { target, name } = decodeNamedTarget(body, "Describe");
  return { type: "describe", target, name };
}

export function encodeDescribe(message: Describe): Buffer {
  return encodeMessage("D", encodeNamedTarget(message));
}
