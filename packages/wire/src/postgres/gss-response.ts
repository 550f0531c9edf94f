import { encodeMessage } from "./message-parts.ts";

/**
 * A GSSAPI or SSPI token of the client.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-GSSRESPONSE
 */
export type GssResponse = { readonly type: "gss-response"; readonly data: Buffer };

/** Decodes the body of GSSResponse, which is data up to the end: every body is valid. */
export function decodeGssResponse(body: Buffer): GssResponse {
  return { type: "gss-response", data: body };
}

export function encodeGssResponse(message: GssResponse): Buffer {
  return encodeMessage("p", [message.data]);
}
