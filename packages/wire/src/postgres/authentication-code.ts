import { WireError } from "../error.ts";
import { BodyReader } from "./body-reader.ts";
import { encodeInt32, encodeMessage } from "./message-parts.ts";

/** The Int32 that tells the 'R' messages apart. */
export const authenticationCodes = {
  ok: 0,
  kerberosV5: 2,
  cleartextPassword: 3,
  md5Password: 5,
  gss: 7,
  gssContinue: 8,
  sspi: 9,
  sasl: 10,
  saslContinue: 11,
  saslFinal: 12,
} as const;

export type AuthenticationKind = keyof typeof authenticationCodes;

/** Returns a reader that stands behind the code, or fails if the body has another code. */
export function authenticationReader(body: Buffer, message: string, kind: AuthenticationKind): BodyReader {
  const reader = new BodyReader(body, message);
  if (reader.int32() !== authenticationCodes[kind]) {
    throw new WireError("MESSAGE_UNKNOWN", `The authentication code is not that of ${message}.`, {
      offset: 0,
    });
  }
  return reader;
}

export function encodeAuthentication(kind: AuthenticationKind, parts: readonly Buffer[]): Buffer {
  return encodeMessage("R", [encodeInt32(authenticationCodes[kind]), ...parts]);
}
