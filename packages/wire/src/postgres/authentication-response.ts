import { encodeMessage } from "./message-parts.ts";

/**
 * Any 'p' message, undecoded. Password, SASL and GSSAPI answers share this type byte, and only the request they
 * answer tells them apart: whoever follows the exchange decodes `data` with `decodePasswordMessage`,
 * `decodeSaslInitialResponse`, `decodeSaslResponse` or `decodeGssResponse`. It is a secret in every case.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export type AuthenticationResponse = { readonly type: "authentication-response"; readonly data: Buffer };

/** Decodes the body of a 'p' message, which is data up to the end: every body is valid. */
export function decodeAuthenticationResponse(body: Buffer): AuthenticationResponse {
  return { type: "authentication-response", data: body };
}

export function encodeAuthenticationResponse(message: AuthenticationResponse): Buffer {
  return encodeMessage("p", [message.data]);
}
