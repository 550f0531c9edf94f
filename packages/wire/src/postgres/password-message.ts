import { BodyReader } from "./body-reader.ts";
import { encodeCString, encodeMessage } from "./message-parts.ts";

/**
 * Answers AuthenticationCleartextPassword with the password, or AuthenticationMD5Password with its digest. A secret
 * either way.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-PASSWORDMESSAGE
 */
export type PasswordMessage = { readonly type: "password-message"; readonly password: string };

/** Decodes the body of PasswordMessage: one String. */
export function decodePasswordMessage(body: Buffer): PasswordMessage {
  const reader = new BodyReader(body, "PasswordMessage");
  const password = reader.text();
  reader.finish();
  return { type: "password-message", password };
}

export function encodePasswordMessage(message: PasswordMessage): Buffer {
  return encodeMessage("p", [encodeCString(message.password)]);
}
