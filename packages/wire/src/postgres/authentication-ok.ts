import { authenticationReader, encodeAuthentication } from "./authentication-code.ts";

/**
 * The client is who it says. ParameterStatus, BackendKeyData and ReadyForQuery follow.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-AUTHENTICATIONOK
 */
export type AuthenticationOk = { readonly type: "authentication-ok" };

/** Decodes the body of AuthenticationOk: its code, and nothing after it. */
export function decodeAuthenticationOk(body: Buffer): AuthenticationOk {
  authenticationReader(body, "AuthenticationOk", "ok").finish();
  return { type: "authentication-ok" };
}

export function encodeAuthenticationOk(): Buffer {
  return encodeAuthentication("ok", []);
}
