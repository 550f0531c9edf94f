import { BodyReader } from "./body-reader.ts";
import { encodeCString, encodeInt32, encodeMessage } from "./message-parts.ts";

/**
 * Runs a portal, or a further part of it.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-EXECUTE
 */
export type Execute = {
  readonly type: "execute";
  readonly portal: string;
  /** Zero is no limit, and so is a negative number for the server. */
  readonly maxRows: number;
};

/** Decodes the body of Execute: a portal and a limit. */
export function decodeExecute(body: Buffer): Execute {
  const reader = new BodyReader(body, "Execute");
  const portal = reader.text();
  const maxRows = reader.int32();
  reader.finish();
  return { type: "execute", portal, maxRows };
}

export function encodeExecute(message: Execute): Buffer {
  return encodeMessage("E", [encodeCString(message.portal), encodeInt32(message.maxRows)]);
}
