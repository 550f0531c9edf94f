import { authenticationReader, encodeAuthentication } from "./authentication-code.ts";

/**
 * Asks for "md5" + md5(md5(password + user) + salt) in hexadecimal. Whoever reads the server's catalogue can sign
 * in with what is stored there, which is why SCRAM replaced it.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-AUTHENTICATIONMD5PASSWORD
 */
export type AuthenticationMd5Password = {
  readonly type: "authentication-md5-password";
  /** Four bytes. */
  readonly salt: Buffer;
};

/** Decodes the body of AuthenticationMD5Password: its code and four bytes of salt. */
export function decodeAuthenticationMd5Password(body: Buffer): AuthenticationMd5Password {
  const reader = authenticationReader(body, "AuthenticationMD5Password", "md5Password");
  const salt = reader.bytes(4);
  reader.finish();
  return { type: "authentication-md5-password", salt };
}

export function encodeAuthenticationMd5Password(message: AuthenticationMd5Password): Buffer {
  return encodeAuthentication("md5Password", [message.salt]);
}
