import { encodeMessage } from "./message-parts.ts";

/**
 * A piece of a COPY stream, in either direction. A server sends one row in each, but a client may cut its stream
 * anywhere, so that a piece means nothing on its own. It may be 1 GB long: see `FrameScanner`, which streams it.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYDATA
 */
export type CopyData = { readonly type: "copy-data"; readonly data: Buffer };

/** Decodes the body of CopyData, which is data up to the end: every body is valid. */
export function decodeCopyData(body: Buffer): CopyData {
  return { type: "copy-data", data: body };
}

export function encodeCopyData(message: CopyData): Buffer {
  return encodeMessage("d", [message.data]);
}
