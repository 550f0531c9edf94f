import { expect, test } from "vitest";
import * as signatures from "./index.ts";

test("the package shows these", () => {
  expect(Object.keys(signatures).sort()).toEqual([
    "APPROVAL_NAMESPACE",
    "PASSKEY_ALGORITHMS",
    "SignatureError",
    "approvalChallenge",
    "approvalText",
    "decodeBase64",
    "encodeBase64Url",
    "importSshKey",
    "parseAuthorizedKey",
    "verifyAssertion",
    "verifySshSignature",
  ]);
});
