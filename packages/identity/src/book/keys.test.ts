import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { APPROVAL_NAMESPACE, approvalChallenge, approvalText } from "@custody/signatures";
import { expect, test } from "vitest";
import { SoftwareAuthenticator } from "../../../../test/webauthn/software-authenticator.ts";
import type { Principal } from "../access/principal.ts";
import { checkSignedAnswer } from "../keys/check-signed-answer.ts";
import { applyIdentityRecord } from "../state/apply-record.ts";
import type { Person } from "../state/identity-state.ts";
import { NOBODY_YET, snapshotOf, stateOf } from "../state/identity-state.ts";
import { type TestBook, testBook } from "../testing/test-book.ts";

const code = (name: string) => expect.objectContaining({ code: name });
const origin = "http://localhost:7070";
const rpId = "localhost";
const answered = { hold: "h-1", shown: "d-1", verdict: "approve" } as const;

function enrolment(authenticator: SoftwareAuthenticator) {
  const { algorithm, credential, publicKey } = authenticator;
  const flags = { backedUp: false, backupEligible: false, counter: 0 };
  return { ...flags, algorithm, credential, kind: "passkey", label: "phone", origin, publicKey, rpId };
}

const personOf = ({ directory }: TestBook, { id }: Principal) => directory.person(id) as Person;

async function signed(authenticator: SoftwareAuthenticator, more: object = {}) {
  const challenge = await approvalChallenge(answered);
  return { kind: "passkey", ...authenticator.assert({ challenge, origin, rpId, ...more }) } as const;
}

test("a key is enrolled within ten minutes of a sign-in, once, and by no script", async () => {
  const test = testBook();
  const ada = await test.own();
  const body = enrolment(new SoftwareAuthenticator());
  const script = await test.book.createToken({ kind: "person", name: "script" }, ada);
  const asScript = test.directory.principalOfToken(script.secret, test.clock.nowMs) as Principal;
  await expect(test.book.enrolKey(body, asScript)).rejects.toThrow(code("SIGN_IN_STALE"));
  await test.book.enrolKey(body, ada);
  await expect(test.book.enrolKey(body, ada)).rejects.toThrow(code("KEY_TAKEN"));
  test.clock.nowMs += 11 * 60_000;
  await expect(test.book.enrolKey(enrolment(new SoftwareAuthenticator()), ada)).rejects.toThrow(
    code("SIGN_IN_STALE"),
  );
});

test("where nobody else could confirm a key it counts; from then on somebody else has to", async () => {
  const test = testBook();
  const ada = await test.own();
  const authenticator = new SoftwareAuthenticator();
  const { isInForce, key } = await test.book.enrolKey(enrolment(authenticator), ada);
  expect(isInForce).toBe(true);
  const check = async () =>
    checkSignedAnswer(test.directory, personOf(test, ada), answered, await signed(authenticator));
  const enrolled = personOf(test, ada).keys?.[0];
  await expect(check()).resolves.toMatchObject({
    details: { credential: authenticator.credential, enrolment: enrolled?.enrolment, key },
    kind: "passkey",
  });
  const eve = await test.join("eve", ["admin"], ada);
  await expect(check()).rejects.toThrow(code("KEY_UNCONFIRMED"));
  await expect(test.book.confirmKey({ key, user: ada.id }, ada)).rejects.toThrow(code("NOT_PERMITTED"));
  const bob = await test.join("bob", ["approver"], ada);
  await expect(test.book.confirmKey({ key, user: ada.id }, bob)).rejects.toThrow(code("NOT_PERMITTED"));
  await test.book.confirmKey({ key, user: ada.id }, eve);
  await expect(check()).resolves.toMatchObject({ details: { confirmation: expect.any(Number) } });
  expect(test.records.at(-1)).toMatchObject({
    details: { by: "eve", key, kind: "passkey", label: "phone", name: "ada" },
    type: "user.key-confirmed",
  });
});

test.each([
  ["another hold", { challenge: new Uint8Array(32) }, "SIGNATURE_REFUSED"],
  ["another website", { origin: "http://localhost:9999" }, "SIGNATURE_REFUSED"],
  ["nobody recognised", { flags: 0x01 }, "SIGNATURE_REFUSED"],
])("a signature for %s does not count", async (_, more, wanted) => {
  const test = testBook();
  const ada = await test.own();
  const authenticator = new SoftwareAuthenticator();
  await test.book.enrolKey(enrolment(authenticator), ada);
  await expect(
    checkSignedAnswer(test.directory, personOf(test, ada), answered, await signed(authenticator, more)),
  ).rejects.toThrow(code(wanted));
});

test("a key of somebody else, or one that was removed, signs nothing", async () => {
  const test = testBook();
  const ada = await test.own();
  const bob = await test.join("bob", ["approver"], ada);
  const authenticator = new SoftwareAuthenticator();
  const { key } = await test.book.enrolKey(enrolment(authenticator), bob);
  const check = async (by: Principal) =>
    checkSignedAnswer(test.directory, personOf(test, by), answered, await signed(authenticator));
  await expect(check(ada)).rejects.toThrow(code("KEY_UNKNOWN"));
  await expect(test.book.removeKey({ key, user: ada.id }, bob)).rejects.toThrow(code("KEY_UNKNOWN"));
  await test.book.removeKey({ key, user: bob.id }, ada);
  await expect(check(bob)).rejects.toThrow(code("KEY_UNKNOWN"));
});

test("an authenticator that counts backwards is a copy, for answers and for sign-ins", async () => {
  const test = testBook();
  const ada = await test.own();
  const authenticator = new SoftwareAuthenticator();
  const { key } = await test.book.enrolKey({ ...enrolment(authenticator), counter: 5 }, ada);
  const at = async (counter: number) =>
    checkSignedAnswer(
      test.directory,
      personOf(test, ada),
      answered,
      await signed(authenticator, { counter }),
    );
  await expect(at(5)).rejects.toThrow(code("SIGNATURE_REFUSED"));
  await at(6);
  await expect(at(6)).rejects.toThrow(code("SIGNATURE_REFUSED"));
  const signIn = (counter: number) =>
    test.book.signInWithPasskey({ counter, isBackedUp: true, key, user: ada.id });
  const { secret } = await signIn(8);
  expect(test.directory.principalOfSession(secret, test.clock.nowMs)).toMatchObject({
    assurance: "passkey",
    method: "passkey",
  });
  await expect(signIn(8)).rejects.toThrow(code("SIGNATURE_REFUSED"));
  expect(personOf(test, ada).keys).toMatchObject([{ counter: 8, isBackedUp: true }]);
});

test("an SSH key answers as ssh-keygen signs, and lets nobody in", async () => {
  const folder = mkdtempSync(join(tmpdir(), "custody-ssh-"));
  try {
    const path = join(folder, "key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "ada@desk", "-f", path]);
    const test = testBook();
    const ada = await test.own();
    const line = readFileSync(`${path}.pub`, "utf8");
    const { key } = await test.book.enrolKey({ kind: "ssh-key", line }, ada);
    expect(personOf(test, ada).keys).toMatchObject([{ kind: "ssh-key", label: "ada@desk" }]);
    const signature = execFileSync("ssh-keygen", ["-q", "-Y", "sign", "-f", path, "-n", APPROVAL_NAMESPACE], {
      encoding: "utf8",
      input: approvalText(answered),
      stdio: ["pipe", "pipe", "ignore"],
    });
    const check = (hold: string) =>
      checkSignedAnswer(
        test.directory,
        personOf(test, ada),
        { ...answered, hold },
        { kind: "ssh-key", signature },
      );
    await expect(check("h-1")).resolves.toMatchObject({ details: { key, signature }, kind: "ssh-key" });
    await expect(check("h-2")).rejects.toThrow(code("SIGNATURE_REFUSED"));
    await expect(
      test.book.signInWithPasskey({ counter: 0, isBackedUp: false, key, user: ada.id }),
    ).rejects.toThrow(code("KEY_UNKNOWN"));
    await expect(test.book.enrolKey({ kind: "ssh-key", line: "ssh-ed25519 AAAA" }, ada)).rejects.toThrow(
      code("REQUEST_INVALID"),
    );
  } finally {
    rmSync(folder, { force: true, recursive: true });
  }
});

test("the records say all of it again", async () => {
  const test = testBook();
  const ada = await test.own();
  const eve = await test.join("eve", ["admin"], ada);
  const { key } = await test.book.enrolKey(enrolment(new SoftwareAuthenticator()), ada);
  await test.book.confirmKey({ key, user: ada.id }, eve);
  // The book of the tests counts records from 1.
  const again = test.records.reduce(
    (state, record, at) => applyIdentityRecord(state, { ...record, index: at + 1 }),
    NOBODY_YET,
  );
  expect(snapshotOf(again)).toEqual(snapshotOf(test.directory.state));
  expect(snapshotOf(stateOf(snapshotOf(again)))).toEqual(snapshotOf(again));
});
