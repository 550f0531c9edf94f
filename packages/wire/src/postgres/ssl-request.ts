import { encodeUint32, encodeUntyped } from "./message-parts.ts";
import { startupCodes, startupReader } from "./startup-code.ts";

/**
 * Asks, before the StartupMessage, whether TLS may begin. The server answers with one untyped byte, see
 * `decodeEncryptionAnswer`; the client sends nothing until it has come, and what comes with the request was injected.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SSLREQUEST
 */
export type SslRequest = { readonly type: "ssl-request" };

/** Decodes the body of SSLRequest: its request code, and nothing after it. */
export function decodeSslRequest(body: Buffer): SslRequest {
  startupReader(body, "SSLRequest", startupCodes.ssl).finish();
  return { type: "ssl-request" };
}

export function encodeSslRequest(): Buffer {
  return encodeUntyped([encodeUint32(startupCodes.ssl)]);
}
