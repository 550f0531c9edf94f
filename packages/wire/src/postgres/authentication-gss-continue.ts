import { authenticationReader, encodeAuthentication } from "./authentication-code.ts";

/**
 * A further token of a GSSAPI or SSPI exchange.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-AUTHENTICATIONGSSCONTINUE
 */
export type AuthenticationGssContinue = {
  readonly type: "authentication-gss-continue";
  readonly data: Buffer;
};

/** Decodes the body of AuthenticationGSSContinue: its code, then the token up to the end. */
export function decodeAuthenticationGssContinue(body: Buffer): AuthenticationGssContinue {
  const reader = authenticationReader(body, "AuthenticationGSSContinue", "gssContinue");
  return { type: "authentication-gss-continue", data: reader.rest() };
}

export function encodeAuthenticationGssContinue(message: AuthenticationGssContinue): Buffer {
  return encodeAuthentication("gssContinue", [message.data]);
}
