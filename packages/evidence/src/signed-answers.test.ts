import type { AuditRecord } from "@custody/domain";
import { approvalChallenge } from "@custody/signatures";
import { expect, test } from "vitest";
import { SoftwareAuthenticator } from "../../../test/webauthn/software-authenticator.ts";
import { SignedAnswers } from "./signed-answers.ts";

const origin = "https://custody.example";
const rpId = "custody.example";
const answered = { hold: "h-1", shown: "d-1", verdict: "approve" } as const;
const authenticator = new SoftwareAuthenticator();
const { algorithm, credential, publicKey } = authenticator;

const enrolled = {
  details: {
    algorithm,
    credential,
    key: "k",
    kind: "passkey",
    name: "ada",
    origin,
    publicKey,
    rpId,
    user: "u-ada",
  },
  type: "user.key-enrolled",
} as unknown as AuditRecord;
const confirmed = { details: { by: "eve", key: "k" }, type: "user.key-confirmed" } as unknown as AuditRecord;
const requested = {
  approval: { id: "h-1" },
  decision: { approval: { isPasskeyNeeded: true } },
  type: "approval.requested",
} as unknown as AuditRecord;

async function granted(more: object = {}, approver: object = {}, type = "approval.granted") {
  const assertion = authenticator.assert({ challenge: await approvalChallenge(answered), origin, rpId });
  return {
    approval: {
      approver: { assurance: "passkey", id: "u-ada", method: "passkey", name: "ada", ...approver },
      id: "h-1",
      shown: "d-1",
    },
    details: { ...assertion, confirmation: 4, enrolment: 3, key: "k", signedBy: "passkey", ...more },
    type,
  } as unknown as AuditRecord;
}

async function verdictOf(record: AuditRecord, before: readonly AuditRecord[] = [enrolled, confirmed]) {
  const answers = new SignedAnswers();
  for (const [at, one] of [requested, ...before].entries()) await answers.note(2 + at, one);
  const finding = await answers.note(9, record);
  return [finding?.code, answers.count];
}

test("what an enrolled key has signed is what it says", async () => {
  expect(await verdictOf(await granted())).toEqual([undefined, 1]);
  expect(await verdictOf(await granted({ confirmation: undefined }))).toEqual([undefined, 1]);
});

test.each([
  ["the enrolment is not here", {}, {}, []],
  ["the confirmation is not here", {}, {}, [enrolled]],
  ["somebody else's key", {}, { id: "u-bob" }, [enrolled, confirmed]],
  ["confirmed by oneself", {}, {}, [enrolled, { ...confirmed, details: { by: "ada", key: "k" } }]],
  ["a confirmation of another key", {}, {}, [enrolled, { ...confirmed, details: { by: "eve", key: "j" } }]],
] as const)("%s: it says so", async (_, more, approver, before) => {
  expect(await verdictOf(await granted(more, approver), before as readonly AuditRecord[])).toEqual([
    "ENROLMENT_MISSING",
    0,
  ]);
});

test("a signature of another key, of another verdict, or none where the rule asks for one, is refused", async () => {
  const other = new SoftwareAuthenticator().assert({
    challenge: await approvalChallenge(answered),
    origin,
    rpId,
  });
  expect(await verdictOf(await granted({ signature: other.signature }))).toEqual(["SIGNATURE_REFUSED", 0]);
  expect(await verdictOf(await granted({}, {}, "approval.refused"))).toEqual(["SIGNATURE_REFUSED", 0]);
  expect(await verdictOf(await granted({ signedBy: undefined }))).toEqual(["SIGNATURE_REFUSED", 0]);
  expect(await verdictOf(await granted({ signedBy: "ssh-key" }))).toEqual(["SIGNATURE_REFUSED", 0]);
});
