import { createHash, generateKeyPairSync, sign } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SoftwareAuthenticator } from "../../../../test/webauthn/software-authenticator.ts";
import { approvalChallenge } from "../approval-text.ts";
import { SignatureError } from "../error.ts";
import { verifyAssertion } from "./verify-assertion.ts";

const authenticator = new SoftwareAuthenticator();
const { algorithm, publicKey } = authenticator;
const origin = "https://custody.example";
const rpId = "custody.example";
const answered = { hold: "h-1", shown: "d-1", verdict: "approve" } as const;
const challenge = await approvalChallenge(answered);
const expected = { algorithm, challenge, origin, publicKey, rpId };
const good = { challenge, origin, rpId };
const code = (name: string) => expect.objectContaining({ code: name });

test("what the key has signed counts, with what its authenticator says of itself", async () => {
  const assertion = authenticator.assert({ ...good, counter: 7, flags: 0x1d });
  await expect(verifyAssertion(assertion, expected)).resolves.toMatchObject({
    counter: 7,
    isBackedUp: true,
    isBackupEligible: true,
  });
});

test.each([
  ["another hold", { ...answered, hold: "h-2" }],
  ["another verdict", { ...answered, verdict: "deny" } as const],
  ["something else that was shown", { ...answered, shown: "d-2" }],
])("an answer to %s does not", async (_, other) => {
  const assertion = authenticator.assert({ ...good, challenge: await approvalChallenge(other) });
  await expect(verifyAssertion(assertion, expected)).rejects.toThrow(code("CHALLENGE_WRONG"));
});

test.each([
  ["another website", { origin: "https://custody.example.evil" }, "ORIGIN_WRONG"],
  ["another port", { origin: "https://custody.example:8443" }, "ORIGIN_WRONG"],
  ["a frame in another website", { crossOrigin: true }, "ORIGIN_WRONG"],
  ["a key that signs for another name", { rpId: "evil.example" }, "ORIGIN_WRONG"],
  ["nobody recognised", { flags: 0x01 }, "USER_NOT_VERIFIED"],
  ["nobody there", { flags: 0x04 }, "USER_NOT_VERIFIED"],
  ["a copy of what cannot be copied", { flags: 0x15 }, "SIGNATURE_MALFORMED"],
  ["an enrolment", { type: "webauthn.create" }, "SIGNATURE_MALFORMED"],
])("%s does not", async (_, other, wanted) => {
  const assertion = authenticator.assert({ ...good, ...other });
  await expect(verifyAssertion(assertion, expected)).rejects.toThrow(code(wanted));
});

test("another key's signature does not", async () => {
  const assertion = new SoftwareAuthenticator().assert(good);
  await expect(verifyAssertion(assertion, expected)).rejects.toThrow(code("SIGNATURE_WRONG"));
});

test("flags that were changed after the signature do not", async () => {
  const assertion = authenticator.assert({ ...good, flags: 0x01 });
  const data = Buffer.from(assertion.authenticatorData, "base64url");
  data[32] = 0x05;
  const forged = { ...assertion, authenticatorData: data.toString("base64url") };
  await expect(verifyAssertion(forged, expected)).rejects.toThrow(code("SIGNATURE_WRONG"));
});

test.each(["rsa", "ed25519"] as const)("a key of the kind %s is one as well", async (kind) => {
  const pair =
    kind === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
  const assertion = authenticator.assert(good);
  const bytes = Buffer.concat([
    Buffer.from(assertion.authenticatorData, "base64url"),
    createHash("sha256").update(Buffer.from(assertion.clientDataJSON, "base64url")).digest(),
  ]);
  const signature = sign(kind === "rsa" ? "sha256" : null, bytes, pair.privateKey).toString("base64url");
  const key = {
    algorithm: kind === "rsa" ? ("RS256" as const) : ("EdDSA" as const),
    publicKey: pair.publicKey.export({ format: "der", type: "spki" }).toString("base64"),
  };
  await expect(verifyAssertion({ ...assertion, signature }, { ...expected, ...key })).resolves.toBeDefined();
  await expect(verifyAssertion({ ...assertion, signature }, expected)).rejects.toThrow(SignatureError);
});

test("whatever the bytes are, it is a signature or a SignatureError", async () => {
  const assertion = authenticator.assert(good);
  const field = fc.constantFrom(
    "authenticatorData" as const,
    "clientDataJSON" as const,
    "signature" as const,
  );
  await fc.assert(
    fc.asyncProperty(field, fc.uint8Array({ maxLength: 100 }), async (name, bytes) => {
      const forged = { ...assertion, [name]: Buffer.from(bytes).toString("base64url") };
      await expect(verifyAssertion(forged, expected)).rejects.toThrow(SignatureError);
    }),
  );
});
