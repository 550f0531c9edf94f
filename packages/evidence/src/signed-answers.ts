import type { Approval, AuditRecord } from "@custody/domain";
import {
  APPROVAL_NAMESPACE,
  approvalChallenge,
  approvalText,
  PASSKEY_ALGORITHMS,
  SignatureError,
  verifyAssertion,
  verifySshSignature,
} from "@custody/signatures";
import type { FindingCode } from "./finding.ts";

type Details = NonNullable<AuditRecord["details"]>;

const ENROLLED = "user.key-enrolled";
const CONFIRMED = "user.key-confirmed";
/** Records with an answer, and which one it is. */
const VERDICTS: Readonly<Record<string, "approve" | "deny">> = {
  "approval.agreed": "approve",
  "approval.granted": "approve",
  "approval.refused": "deny",
};

interface SignatureFinding {
  readonly code: Extract<FindingCode, "ENROLMENT_MISSING" | "SIGNATURE_REFUSED">;
  readonly detail?: string;
}

/**
 * Holds what people have signed against the keys that they enrolled, as the records have both. Whoever writes records can
 * write that somebody has approved; what they cannot make is the signature of a key that they do not have.
 */
export class SignedAnswers {
  readonly #enrolments = new Map<number, Details>();
  readonly #confirmations = new Map<number, Details>();
  /** Holds whose rule asks for a passkey. */
  readonly #strict = new Set<string>();
  /** How many were signed, by a key that was enrolled. */
  count = 0;

  /** Records in their order: a key is enrolled before it signs. Undefined when there is nothing wrong. */
  async note(index: number, record: AuditRecord): Promise<SignatureFinding | undefined> {
    const { approval, decision, details = {}, type } = record;
    if (type === ENROLLED) this.#enrolments.set(index, details);
    if (type === CONFIRMED) this.#confirmations.set(index, details);
    if (approval === undefined) return undefined;
    if (decision?.approval?.isPasskeyNeeded === true) this.#strict.add(approval.id);
    const verdict = VERDICTS[type];
    return verdict === undefined ? undefined : this.#check(details, approval, verdict);
  }

  async #check(
    details: Details,
    { approver, id: hold, shown }: Approval,
    verdict: "approve" | "deny",
  ): Promise<SignatureFinding | undefined> {
    if (verdict === "approve" && this.#strict.has(hold) && details["signedBy"] !== "passkey")
      return refused("its rule asks for a passkey's signature, and there is none");
    // Somebody who came in with a passkey, and signed nothing, has the method of their sign-in.
    if (details["signedBy"] === undefined)
      return approver?.method === "ssh-key" ? refused("there is no signature") : undefined;
    const enrolment = this.#enrolments.get(Number(details["enrolment"]));
    if (
      enrolment === undefined ||
      enrolment["user"] !== approver?.id ||
      !this.#isConfirmed(details, enrolment)
    )
      return { code: "ENROLMENT_MISSING" };
    // A page that was opened from a file has no Web Crypto in every browser: what it cannot check it does not count.
    if (globalThis.crypto?.subtle === undefined) return undefined;
    try {
      await verify(details, enrolment, { hold, shown, verdict });
    } catch (error) {
      if (!(error instanceof SignatureError)) throw error;
      return refused(error.message);
    }
    this.count += 1;
    return undefined;
  }

  /** Whether the confirmation that it names is one of this key, by somebody else. Where it names none, nobody else could. */
  #isConfirmed({ confirmation }: Details, { key, name }: Details): boolean {
    if (confirmation === undefined) return true;
    const found = this.#confirmations.get(Number(confirmation));
    return found !== undefined && found["key"] === key && found["by"] !== name;
  }
}

function refused(detail: string): SignatureFinding {
  return { code: "SIGNATURE_REFUSED", detail };
}

/** @throws SignatureError */
async function verify(
  details: Details,
  enrolment: Details,
  answered: Parameters<typeof approvalText>[0],
): Promise<void> {
  const text = (from: Details, name: string): string => String(from[name] ?? "");
  const publicKey = text(enrolment, "publicKey");
  const signature = text(details, "signature");
  if (enrolment["kind"] !== details["signedBy"])
    throw new SignatureError("SIGNATURE_WRONG", "the enrolled key is of another kind");
  if (details["signedBy"] === "ssh-key")
    return verifySshSignature(signature, {
      message: approvalText(answered),
      namespace: APPROVAL_NAMESPACE,
      publicKey,
    });
  const algorithm = PASSKEY_ALGORITHMS.find((each) => each === enrolment["algorithm"]);
  if (algorithm === undefined || enrolment["credential"] !== details["credential"])
    throw new SignatureError("SIGNATURE_WRONG", "another key has made this signature");
  const assertion = {
    authenticatorData: text(details, "authenticatorData"),
    clientDataJSON: text(details, "clientDataJSON"),
    credential: text(details, "credential"),
    signature,
  };
  const challenge = await approvalChallenge(answered);
  const [origin, rpId] = [text(enrolment, "origin"), text(enrolment, "rpId")];
  await verifyAssertion(assertion, { algorithm, challenge, origin, publicKey, rpId });
}
