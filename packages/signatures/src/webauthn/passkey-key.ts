import { decodeBase64 } from "../base64.ts";
import { SignatureError } from "../error.ts";
import { fromDer } from "./ecdsa-signature.ts";

/** Names of RFC 9053 and RFC 8812. */
export const PASSKEY_ALGORITHMS = ["ES256", "EdDSA", "RS256"] as const;

export type PasskeyAlgorithm = (typeof PASSKEY_ALGORITHMS)[number];

/** A passkey's public key: SubjectPublicKeyInfo in base64. */
export interface PasskeyKey {
  readonly algorithm: PasskeyAlgorithm;
  readonly publicKey: string;
}

const PARAMETERS = {
  ES256: { hash: "SHA-256", name: "ECDSA", namedCurve: "P-256" },
  EdDSA: { name: "Ed25519" },
  RS256: { hash: "SHA-256", name: "RSASSA-PKCS1-v1_5" },
} as const;

/** Whether the key has made the signature. @throws SignatureError KEY_UNSUPPORTED, SIGNATURE_MALFORMED */
export async function isSignedBy(
  { algorithm, publicKey }: PasskeyKey,
  signature: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const parameters = PARAMETERS[algorithm];
  const raw = algorithm === "ES256" ? fromDer(signature, 32) : signature;
  try {
    const key = await crypto.subtle.importKey("spki", decodeBase64(publicKey), parameters, false, ["verify"]);
    return await crypto.subtle.verify(parameters, key, raw, message);
  } catch (cause) {
    throw new SignatureError("KEY_UNSUPPORTED", `the key is no ${algorithm} key`, { cause });
  }
}
