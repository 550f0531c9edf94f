import { encodeUint32, encodeUntyped } from "./message-parts.ts";
import { startupCodes, startupReader } from "./startup-code.ts";

/**
 * Asks, before the StartupMessage, whether GSSAPI encryption may begin. It is answered as SSLRequest is, by one byte.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-GSSENCREQUEST
 */
export type GssEncRequest = { readonly type: "gss-enc-request" };

/** Decodes the body of GSSENCRequest: its request code, and nothing after it. */
export function decodeGssEncRequest(body: Buffer): GssEncRequest {
  startupReader(body, "GSSENCRequest", startupCodes.gssEnc).finish();
  return { type: "gss-enc-request" };
}

export function encodeGssEncRequest(): Buffer {
  return encodeUntyped([encodeUint32(startupCodes.gssEnc)]);
}
