import { authenticationReader, encodeAuthentication } from "./authentication-code.ts";

/**
 * A SASL challenge: with SCRAM, the server-first-message.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-AUTHENTICATIONSASLCONTINUE
 */
export type AuthenticationSaslContinue = {
  readonly type: "authentication-sasl-continue";
  readonly data: Buffer;
};

/** Decodes the body of AuthenticationSASLContinue: its code, then the challenge up to the end. */
export function decodeAuthenticationSaslContinue(body: Buffer): AuthenticationSaslContinue {
  const reader = authenticationReader(body, "AuthenticationSASLContinue", "saslContinue");
  return { type: "authentication-sasl-continue", data: reader.rest() };
}

export function encodeAuthenticationSaslContinue(message: AuthenticationSaslContinue): Buffer {
  return encodeAuthentication("saslContinue", [message.data]);
}
