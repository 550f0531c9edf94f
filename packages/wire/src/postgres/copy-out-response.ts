import { type CopyFormats, decodeCopyFormats, encodeCopyFormats } from "./copy-formats.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * CopyData from the server follows, until CopyDone.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYOUTRESPONSE
 */
export type CopyOutResponse = { readonly type: "copy-out-response" } & CopyFormats;

/** Decodes the body of CopyOutResponse. */
export function decodeCopyOutResponse(body: Buffer): CopyOutResponse {
  return { type: "copy-out-response", ...decodeCopyFormats(body, "CopyOutResponse") };
}

export function encodeCopyOutResponse(message: CopyOutResponse): Buffer {
  return encodeMessage("H", encodeCopyFormats(message));
}
