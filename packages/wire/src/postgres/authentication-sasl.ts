import { authenticationReader, encodeAuthentication } from "./authentication-code.ts";
import { encodeByte, encodeCString } from "./message-parts.ts";

/**
 * Offers SASL mechanisms, the server's favourite first. A proxy with TLS of its own towards the server must take
 * SCRAM-SHA-256-PLUS out of the offer: that binds to a TLS channel which the client does not share.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-AUTHENTICATIONSASL
 */
export type AuthenticationSasl = {
  readonly type: "authentication-sasl";
  readonly mechanisms: readonly string[];
};

/** Decodes the body of AuthenticationSASL: its code, names, and the empty name that ends the list. */
export function decodeAuthenticationSasl(body: Buffer): AuthenticationSasl {
  const reader = authenticationReader(body, "AuthenticationSASL", "sasl");
  const mechanisms: string[] = [];
  for (let name = reader.text(); name !== ""; name = reader.text()) mechanisms.push(name);
  reader.finish();
  return { type: "authentication-sasl", mechanisms };
}

export function encodeAuthenticationSasl(message: AuthenticationSasl): Buffer {
  return encodeAuthentication("sasl", [...message.mechanisms.map(encodeCString), encodeByte(0)]);
}
