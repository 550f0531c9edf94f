import { type CopyFormats, decodeCopyFormats, encodeCopyFormats } from "./copy-formats.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * The server now wants CopyData from the client, until CopyDone or CopyFail. Other messages than those, Flush and
 * Sync make the copy fail; Flush and Sync are ignored during it.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYINRESPONSE
 */
export type CopyInResponse = { readonly type: "copy-in-response" } & CopyFormats;

/** Decodes the body of CopyInResponse. */
export function decodeCopyInResponse(body: Buffer): CopyInResponse {
  return { type: "copy-in-response", ...decodeCopyFormats(body, "CopyInResponse") };
}

export function encodeCopyInResponse(message: CopyInResponse): Buffer {
  return encodeMessage("G", encodeCopyFormats(message));
}
