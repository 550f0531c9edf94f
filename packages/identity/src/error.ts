/**
 * Why something about people, roles or tokens is refused.
 *
 * - `CODE_WRONG`: the code of the second factor is wrong, missing, or was used before.
 * - `KEY_TAKEN`: somebody has enrolled this key already, or has too many.
 * - `KEY_UNCONFIRMED`: nobody else has said yet that the key is this person's.
 * - `KEY_UNKNOWN`: there is no such key, or it is somebody else's.
 * - `LAST_OWNER`: it would leave nobody who may make owners.
 * - `LINK_INVALID`: a link or code was used already, or is too old, or never was one.
 * - `NAME_TAKEN`: somebody has, or had, this name.
 * - `NOT_PERMITTED`: whoever asks may not do this.
 * - `PASSWORD_CHANGED`: the password was changed while somebody signed in with the one before.
 * - `PASSWORD_WEAK`: the password is too short, too long, or nearly one letter.
 * - `REQUEST_INVALID`: the request is not understood.
 * - `SEAL_BROKEN`: a secret in a record does not open with the ledger's key.
 * - `SESSION_UNKNOWN`: there is no such session, or it is somebody else's.
 * - `SIGNATURE_REFUSED`: what was signed is not what is answered, or not by this key.
 * - `SIGN_IN_STALE`: whoever asks has to sign in again first.
 * - `SSO_TAKEN`: a provider knows somebody else by this.
 * - `TOKEN_UNKNOWN`: there is no such token.
 * - `USER_LOCKED`: too many wrong passwords were tried for this name.
 * - `USER_UNKNOWN`: there is no such person.
 */
export type IdentityErrorCode =
  | "CODE_WRONG"
  | "KEY_TAKEN"
  | "KEY_UNCONFIRMED"
  | "KEY_UNKNOWN"
  | "LAST_OWNER"
  | "LINK_INVALID"
  | "NAME_TAKEN"
  | "NOT_PERMITTED"
  | "PASSWORD_CHANGED"
  | "PASSWORD_WEAK"
  | "REQUEST_INVALID"
  | "SEAL_BROKEN"
  | "SESSION_UNKNOWN"
  | "SIGNATURE_REFUSED"
  | "SIGN_IN_STALE"
  | "SSO_TAKEN"
  | "TOKEN_UNKNOWN"
  | "USER_LOCKED"
  | "USER_UNKNOWN";

/** The message says what is wrong and what to do, and can be shown to whoever asked. */
export class IdentityError extends Error {
  readonly code: IdentityErrorCode;

  constructor(code: IdentityErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "IdentityError";
    this.code = code;
  }
}
