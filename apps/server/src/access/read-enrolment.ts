import { createPublicKey, type JsonWebKey } from "node:crypto";
import type { PasskeyAlgorithm } from "@custody/signatures";
import type { RegistrationResponseJSON } from "@simplewebauthn/server";
import { HttpProblem } from "../http/http-problem.ts";

export type EnrolmentResponse = RegistrationResponseJSON;

/** What the record of an enrolment says of the key. */
export interface Enrolment {
  readonly algorithm: PasskeyAlgorithm;
  readonly publicKey: string;
  readonly credential: string;
  readonly counter: number;
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
}

/** As COSE numbers them (https://www.iana.org/assignments/cose, "COSE Algorithms"), the best first. */
const ALGORITHMS: ReadonlyMap<number, PasskeyAlgorithm> = new Map([
  [-8, "EdDSA"],
  [-7, "ES256"],
  [-257, "RS256"],
]);

export const ALGORITHM_NUMBERS: readonly number[] = [...ALGORITHMS.keys()];

/**
 * Checks what an authenticator says of a new key: https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential.
 * Which model made it is not asked: nothing here depends on it.
 *
 * @throws HttpProblem signature-refused
 */
export async function readEnrolment(
  response: EnrolmentResponse,
  place: { readonly origin: string; readonly rpId: string },
  isChallenge: (challenge: string) => boolean,
): Promise<Enrolment> {
  // Loading it was a third of what a start of the server costs, and few starts need it.
  const { verifyRegistrationResponse } = await import("@simplewebauthn/server");
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      expectedChallenge: isChallenge,
      expectedOrigin: place.origin,
      expectedRPID: place.rpId,
      requireUserVerification: true,
      response,
      supportedAlgorithmIDs: [...ALGORITHM_NUMBERS],
    });
    if (registrationInfo === undefined) throw new Error("its attestation is wrong");
    const { credential, credentialBackedUp, credentialDeviceType } = registrationInfo;
    return {
      ...(await keyOf(credential.publicKey)),
      backedUp: credentialBackedUp,
      backupEligible: credentialDeviceType === "multiDevice",
      counter: credential.counter,
      credential: credential.id,
    };
  } catch (cause) {
    throw new HttpProblem("signature-refused", `this is no new passkey of ours: ${(cause as Error).message}`);
  }
}

/** COSE_Key (RFC 9052, section 7; RFC 9053, section 7; RFC 8230, section 4) as SubjectPublicKeyInfo. */
async function keyOf(bytes: Uint8Array<ArrayBuffer>): Promise<Pick<Enrolment, "algorithm" | "publicKey">> {
  const { decodeCredentialPublicKey } = await import("@simplewebauthn/server/helpers");
  const cose = decodeCredentialPublicKey(bytes) as unknown as Map<number, unknown>;
  const algorithm = ALGORITHMS.get(cose.get(3) as number);
  if (algorithm === undefined) throw new Error("its algorithm is not one of those that were offered");
  const part = (label: number) => Buffer.from(cose.get(label) as Uint8Array).toString("base64url");
  const jwk: JsonWebKey =
    algorithm === "ES256"
      ? { crv: "P-256", kty: "EC", x: part(-2), y: part(-3) }
      : algorithm === "EdDSA"
        ? { crv: "Ed25519", kty: "OKP", x: part(-2) }
        : { e: part(-2), kty: "RSA", n: part(-1) };
  const key = createPublicKey({ format: "jwk", key: jwk });
  return { algorithm, publicKey: key.export({ format: "der", type: "spki" }).toString("base64") };
}
