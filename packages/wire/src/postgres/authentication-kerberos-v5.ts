import { authenticationReader, encodeAuthentication } from "./authentication-code.ts";

/**
 * Asks for Kerberos V5. No server since PostgreSQL 9.3 sends it.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-AUTHENTICATIONKERBEROSV5
 */
export type AuthenticationKerberosV5 = { readonly type: "authentication-kerberos-v5" };

/** Decodes the body of AuthenticationKerberosV5: its code, and nothing after it. */
export function decodeAuthenticationKerberosV5(body: Buffer): AuthenticationKerberosV5 {
  authenticationReader(body, "AuthenticationKerberosV5", "kerberosV5").finish();
  return { type: "authentication-kerberos-v5" };
}

export function encodeAuthenticationKerberosV5(): Buffer {
  return encodeAuthentication("kerberosV5", []);
}
