import { authenticationReader, encodeAuthentication } from "./authentication-code.ts";

/**
 * Asks for the password itself, which is safe over verified TLS only.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-AUTHENTICATIONCLEARTEXTPASSWORD
 */
export type AuthenticationCleartextPassword = { readonly type: "authentication-cleartext-password" };

/** Decodes the body of AuthenticationCleartextPassword: its code, and nothing after it. */
export function decodeAuthenticationCleartextPassword(body: Buffer): AuthenticationCleartextPassword {
  authenticationReader(body, "AuthenticationCleartextPassword", "cleartextPassword").finish();
  return { type: "authentication-cleartext-password" };
}

export function encodeAuthenticationCleartextPassword(): Buffer {
  return encodeAuthentication("cleartextPassword", []);
}
