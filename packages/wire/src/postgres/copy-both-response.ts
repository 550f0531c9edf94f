import { type CopyFormats, decodeCopyFormats, encodeCopyFormats } from "./copy-formats.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * CopyData in both directions follows. Only streaming replication uses it.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYBOTHRESPONSE
 */
export type CopyBothResponse = { readonly type: "copy-both-response" } & CopyFormats;

/** Decodes the body of CopyBothResponse. */
export function decodeCopyBothResponse(body: Buffer): CopyBothResponse {
  return { type: "copy-both-response", ...decodeCopyFormats(body, "CopyBothResponse") };
}

export function encodeCopyBothResponse(message: CopyBothResponse): Buffer {
  return encodeMessage("W", encodeCopyFormats(message));
}
