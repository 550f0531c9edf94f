import {
  type AnsweredHold,
  APPROVAL_NAMESPACE,
  type Assertion,
  approvalChallenge,
  approvalText,
  SignatureError,
  verifyAssertion,
  verifySshSignature,
} from "@custody/signatures";
import { IdentityError } from "../error.ts";
import type { Directory } from "../state/directory.ts";
import type { Passkey, Person, PersonKey, SshKey } from "../state/identity-state.ts";
import { checkCounter, isInForce } from "./key-of.ts";

/** What somebody has signed with one of their keys. An SSH signature is as `ssh-keygen -Y sign` writes it. */
export type SignedAnswer =
  | ({ readonly kind: "passkey" } & Assertion)
  | { readonly kind: "ssh-key"; readonly signature: string };

/** What it takes to check it again without us, flat, as a record has it. */
export interface CheckedAnswer {
  readonly kind: PersonKey["kind"];
  readonly details: Readonly<Record<string, string | number>>;
}

/**
 * Checks that a person has signed their answer, with a key that is theirs and counts.
 *
 * @throws IdentityError KEY_UNKNOWN, KEY_UNCONFIRMED, SIGNATURE_REFUSED
 */
export async function checkSignedAnswer(
  directory: Directory,
  person: Person,
  answered: AnsweredHold,
  signed: SignedAnswer,
): Promise<CheckedAnswer> {
  try {
    const { details, key } =
      signed.kind === "passkey"
        ? await checkPasskey(directory, person, answered, signed)
        : await checkSshKey(person, answered, signed.signature);
    if (!isInForce(directory, person, key))
      throw new IdentityError(
        "KEY_UNCONFIRMED",
        `nobody else has confirmed yet that ${key.label} is ${person.name}'s: ask who may change users`,
      );
    const { confirmation, enrolment, id } = key;
    const confirmed = confirmation && { confirmation: confirmation.record };
    return { details: { ...details, ...confirmed, enrolment, key: id, signedBy: key.kind }, kind: key.kind };
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error;
    throw new IdentityError("SIGNATURE_REFUSED", `${error.message} (${error.code})`, { cause: error });
  }
}

async function checkPasskey(
  directory: Directory,
  { keys = [] }: Person,
  answered: AnsweredHold,
  assertion: Assertion,
) {
  const isMeant = (key: PersonKey): key is Passkey =>
    key.kind === "passkey" && key.credential === assertion.credential;
  const key = keys.find(isMeant);
  if (key === undefined) throw new IdentityError("KEY_UNKNOWN", "this passkey is not enrolled as yours");
  const { counter } = await verifyAssertion(assertion, {
    ...key,
    challenge: await approvalChallenge(answered),
  });
  checkCounter({ ...key, counter: Math.max(key.counter, directory.seenCounter(key.id)) }, counter);
  directory.noteCounter(key.id, counter);
  const { authenticatorData, clientDataJSON, credential, signature } = assertion;
  return { details: { authenticatorData, clientDataJSON, credential, signature }, key };
}

async function checkSshKey({ keys = [] }: Person, answered: AnsweredHold, signature: string) {
  const expected = { message: approvalText(answered), namespace: APPROVAL_NAMESPACE };
  const wrong: unknown[] = [];
  for (const key of keys.filter((each): each is SshKey => each.kind === "ssh-key"))
    try {
      await verifySshSignature(signature, { ...expected, publicKey: key.publicKey });
      return { details: { signature }, key };
    } catch (error) {
      wrong.push(error);
      // Only a signature of another key may be one of the next.
      if (!(error instanceof SignatureError) || error.code !== "SIGNATURE_WRONG") throw error;
    }
  throw new IdentityError("KEY_UNKNOWN", "this SSH key is not enrolled as yours", { cause: wrong[0] });
}
