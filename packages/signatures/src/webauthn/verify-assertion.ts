import { decodeBase64, encodeBase64Url, isSameBytes } from "../base64.ts";
import { SignatureError } from "../error.ts";
import { type AuthenticatorData, parseAuthenticatorData } from "./authenticator-data.ts";
import { parseClientData } from "./client-data.ts";
import { isSignedBy, type PasskeyKey } from "./passkey-key.ts";

/** What an authenticator gives for a challenge; all of it in base64url. */
export interface Assertion {
  readonly credential: string;
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

/** What it has to be of. */
export interface ExpectedAssertion extends PasskeyKey {
  readonly challenge: Uint8Array;
  readonly origin: string;
  readonly rpId: string;
}

/**
 * Checks what a passkey has signed: for this challenge, on this website, by this key, and by somebody whom the
 * authenticator has recognised. The steps of https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion from 10 on, without
 * the counter, which takes a memory.
 *
 * @throws SignatureError
 */
export async function verifyAssertion(
  assertion: Assertion,
  expected: ExpectedAssertion,
): Promise<AuthenticatorData> {
  const clientData = decodeBase64(assertion.clientDataJSON);
  checkClientData(clientData, expected);
  const bytes = decodeBase64(assertion.authenticatorData);
  const data = parseAuthenticatorData(bytes);
  if (!isSameBytes(data.rpIdHash, await sha256(new TextEncoder().encode(expected.rpId))))
    throw new SignatureError("ORIGIN_WRONG", `the key signed for another website than ${expected.rpId}`);
  if (!data.isUserPresent || !data.isUserVerified)
    throw new SignatureError("USER_NOT_VERIFIED", "the authenticator has not looked who holds it");
  const message = new Uint8Array([...bytes, ...(await sha256(clientData))]);
  if (!(await isSignedBy(expected, decodeBase64(assertion.signature), message)))
    throw new SignatureError("SIGNATURE_WRONG", "the enrolled key has not made this signature");
  return data;
}

function checkClientData(bytes: Uint8Array, { challenge, origin }: ExpectedAssertion): void {
  const found = parseClientData(bytes);
  if (found.type !== "webauthn.get")
    throw new SignatureError("SIGNATURE_MALFORMED", `it is no assertion, but ${JSON.stringify(found.type)}`);
  if (found.challenge !== encodeBase64Url(challenge))
    throw new SignatureError("CHALLENGE_WRONG", "something else was signed than what is answered");
  if (found.origin !== origin || found.isCrossOrigin)
    throw new SignatureError(
      "ORIGIN_WRONG",
      `it was signed on ${JSON.stringify(found.origin)}, not on ${origin}`,
    );
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
