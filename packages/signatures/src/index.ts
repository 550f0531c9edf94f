export {
  type AnsweredHold,
  APPROVAL_NAMESPACE,
  approvalChallenge,
  approvalText,
} from "./approval-text.ts";
export { decodeBase64, encodeBase64Url } from "./base64.ts";
export { SignatureError, type SignatureErrorCode } from "./error.ts";
export { importSshKey, parseAuthorizedKey } from "./ssh/ssh-public-key.ts";
export { type ExpectedSshSignature, verifySshSignature } from "./ssh/verify-ssh-signature.ts";
export type { AuthenticatorData } from "./webauthn/authenticator-data.ts";
export { PASSKEY_ALGORITHMS, type PasskeyAlgorithm, type PasskeyKey } from "./webauthn/passkey-key.ts";
export { type Assertion, type ExpectedAssertion, verifyAssertion } from "./webauthn/verify-assertion.ts";
