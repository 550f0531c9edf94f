import { type AnsweredHold, type Assertion, approvalChallenge } from "@custody/signatures";
import { reachJson, requestJson } from "../api/request.ts";

/** What the server has a browser make a passkey with; its bytes in base64url. */
interface CreationOptions {
  readonly attestation: "none";
  readonly authenticatorSelection: AuthenticatorSelectionCriteria;
  readonly challenge: string;
  readonly excludeCredentials: readonly { readonly id: string; readonly type: "public-key" }[];
  readonly pubKeyCredParams: PublicKeyCredentialParameters[];
  readonly rp: PublicKeyCredentialRpEntity;
  readonly user: { readonly displayName: string; readonly id: string; readonly name: string };
}

interface Enrolled {
  readonly key: string;
  readonly isInForce: boolean;
}

/** Has the browser make a passkey, and enrols it. Undefined when the reader has changed their mind. */
export async function enrolPasskey(label: string): Promise<Enrolled | undefined> {
  const options = await requestJson<CreationOptions>("/api/me/passkeys/options", { method: "POST" });
  const { attestation, authenticatorSelection, pubKeyCredParams, rp } = options;
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        attestation,
        authenticatorSelection,
        challenge: fromBase64Url(options.challenge),
        excludeCredentials: options.excludeCredentials.map(({ id, type }) => ({
          id: fromBase64Url(id),
          type,
        })),
        pubKeyCredParams,
        rp,
        user: { ...options.user, id: fromBase64Url(options.user.id) },
      },
    }),
  );
  if (made === undefined) return undefined;
  const { attestationObject, clientDataJSON } = made.response as AuthenticatorAttestationResponse;
  const response = {
    clientExtensionResults: {},
    id: made.id,
    rawId: made.id,
    response: {
      attestationObject: toBase64Url(attestationObject),
      clientDataJSON: toBase64Url(clientDataJSON),
    },
    type: "public-key",
  };
  return requestJson<Enrolled>("/api/me/passkeys", { body: { label, response } });
}

/** The key of a session that a passkey opens. Undefined when the reader has changed their mind. */
export async function openWithPasskey(): Promise<string | undefined> {
  const { challenge, rpId } = await reachJson<{ readonly challenge: string; readonly rpId: string }>(
    "/api/sign-in/passkey/options",
    {},
  );
  const assertion = await assert({ challenge: fromBase64Url(challenge), rpId });
  if (assertion === undefined) return undefined;
  return (await reachJson<{ readonly key: string }>("/api/sign-in/passkey", assertion)).key;
}

/** Has one of these passkeys sign an answer to a hold. Undefined when the reader has changed their mind. */
export async function signAnswer(
  answered: AnsweredHold,
  { credentials, rpId }: { readonly credentials: readonly string[]; readonly rpId: string },
): Promise<Assertion | undefined> {
  const allowCredentials = credentials.map((id) => ({ id: fromBase64Url(id), type: "public-key" as const }));
  return assert({ allowCredentials, challenge: await approvalChallenge(answered), rpId });
}

/** Whoever holds the authenticator is recognised by it each time. */
async function assert(
  asking: Omit<PublicKeyCredentialRequestOptions, "userVerification">,
): Promise<Assertion | undefined> {
  const publicKey = { ...asking, userVerification: "required" as const };
  const shown = await asked(() => navigator.credentials.get({ publicKey }));
  if (shown === undefined) return undefined;
  const { authenticatorData, clientDataJSON, signature } = shown.response as AuthenticatorAssertionResponse;
  return {
    authenticatorData: toBase64Url(authenticatorData),
    clientDataJSON: toBase64Url(clientDataJSON),
    credential: shown.id,
    signature: toBase64Url(signature),
  };
}

/** Browsers say the same whether somebody said no, took too long, or has no such key. */
async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential | undefined> {
  try {
    return ((await ask()) as PublicKeyCredential | null) ?? undefined;
  } catch (error) {
    if (error instanceof DOMException && ["AbortError", "NotAllowedError"].includes(error.name))
      return undefined;
    throw error;
  }
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function toBase64Url(bytes: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
