/**
 * Why a signature does not count.
 *
 * - `CHALLENGE_WRONG`: it is of something else than what it is shown for.
 * - `KEY_UNSUPPORTED`: the key is of a kind, or a length, that is not taken.
 * - `ORIGIN_WRONG`: it was made for another website.
 * - `SIGNATURE_MALFORMED`: the bytes have another form than the specification says.
 * - `SIGNATURE_WRONG`: the key has not made it.
 * - `USER_NOT_VERIFIED`: the authenticator does not say that it has looked who holds it.
 */
export type SignatureErrorCode =
  | "CHALLENGE_WRONG"
  | "KEY_UNSUPPORTED"
  | "ORIGIN_WRONG"
  | "SIGNATURE_MALFORMED"
  | "SIGNATURE_WRONG"
  | "USER_NOT_VERIFIED";

/** The message says what is wrong, and can be shown to whoever asked. */
export class SignatureError extends Error {
  readonly code: SignatureErrorCode;

  constructor(code: SignatureErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "SignatureError";
    this.code = code;
  }
}
