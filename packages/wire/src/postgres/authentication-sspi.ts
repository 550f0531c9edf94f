import { authenticationReader, encodeAuthentication } from "./authentication-code.ts";

/**
 * Asks for an SSPI exchange (Windows), which GSSResponse begins.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-AUTHENTICATIONSSPI
 */
export type AuthenticationSspi = { readonly type: "authentication-sspi" };

/** Decodes the body of AuthenticationSSPI: its code, and nothing after it. */
export function decodeAuthenticationSspi(body: Buffer): AuthenticationSspi {
  authenticationReader(body, "AuthenticationSSPI", "sspi").finish();
  return { type: "authentication-sspi" };
}

export function encodeAuthenticationSspi(): Buffer {
  return encodeAuthentication("sspi", []);
}
