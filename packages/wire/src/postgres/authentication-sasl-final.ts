import { authenticationReader, encodeAuthentication } from "./authentication-code.ts";

/**
 * The end of a SASL exchange: with SCRAM, the server-final-message, whose signature proves that the server knows the
 * secret. AuthenticationOk follows, and is worth nothing without that proof.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-AUTHENTICATIONSASLFINAL
 */
export type AuthenticationSaslFinal = { readonly type: "authentication-sasl-final"; readonly data: Buffer };

/** Decodes the body of AuthenticationSASLFinal: its code, then the outcome up to the end. */
export function decodeAuthenticationSaslFinal(body: Buffer): AuthenticationSaslFinal {
  const reader = authenticationReader(body, "AuthenticationSASLFinal", "saslFinal");
  return { type: "authentication-sasl-final", data: reader.rest() };
}

export function encodeAuthenticationSaslFinal(message: AuthenticationSaslFinal): Buffer {
  return encodeAuthentication("saslFinal", [message.data]);
}
