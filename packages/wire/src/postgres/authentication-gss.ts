import { authenticationReader, encodeAuthentication } from "./authentication-code.ts";

/**
 * Asks for a GSSAPI exchange, which GSSResponse begins.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-AUTHENTICATIONGSS
 */
export type AuthenticationGss = { readonly type: "authentication-gss" };

/** Decodes the body of AuthenticationGSS: its code, and nothing after it. */
export function decodeAuthenticationGss(body: Buffer): AuthenticationGss {
  authenticationReader(body, "AuthenticationGSS", "gss").finish();
  return { type: "authentication-gss" };
}

export function encodeAuthenticationGss(): Buffer {
  return encodeAuthentication("gss", []);
}
