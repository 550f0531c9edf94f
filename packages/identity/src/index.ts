export type { Grant } from "./access/grants.ts";
export { formatGrant, grantsSchema, isOwner, isWithin, parseGrant } from "./access/grants.ts";
export type { Assurance, MachineKind, Method, Principal, PrincipalKind } from "./access/principal.ts";
export { humanOf, MACHINE_KINDS, may, OPERATOR, OPERATOR_PAGE, projectsOf } from "./access/principal.ts";
export type { Act, Column, Reach, Role } from "./access/roles.ts";
export { ACTS, allows, COLUMNS, isAct, ROLES, reachOf } from "./access/roles.ts";
export type { AccessNote } from "./book/access-records.ts";
export { accessDraft, LOOKING_COMMANDS } from "./book/access-records.ts";
export { IdentityBook } from "./book/identity-book.ts";
export type { EnrolledKey } from "./book/keys.ts";
export type { Invited } from "./book/people.ts";
export type { SignedIn } from "./book/sign-ins.ts";
export type { CreatedToken } from "./book/tokens.ts";
export type { IdentityErrorCode } from "./error.ts";
export { IdentityError } from "./error.ts";
export type { CheckedAnswer, SignedAnswer } from "./keys/check-signed-answer.ts";
export { checkSignedAnswer } from "./keys/check-signed-answer.ts";
export { isInForce } from "./keys/key-of.ts";
export { digestOf, isSameText, makeSecret } from "./secrets/one-time-secret.ts";
export type { PasswordVerifier } from "./secrets/password.ts";
export { checkPassword, isPassword, makeVerifier } from "./secrets/password.ts";
export type { Secrets } from "./secrets/sealer.ts";
export { SEAL_KEY_LABEL, Sealer } from "./secrets/sealer.ts";
export { isTotpSecret, makeTotpSecret, otpauthUri, totpCode, totpStep } from "./secrets/totp.ts";
export { makeUserCode, readUserCode } from "./secrets/user-code.ts";
export type { IdentityRecord } from "./state/apply-record.ts";
export { Directory, IDLE_MS } from "./state/directory.ts";
export type {
  AccessToken,
  BrowserSession,
  IdentitySnapshot,
  IdentityState,
  Invitation,
  Passkey,
  Person,
  PersonKey,
} from "./state/identity-state.ts";
export { NOBODY_YET, snapshotOf, stateOf } from "./state/identity-state.ts";
export { isIdentityType } from "./state/record-types.ts";
