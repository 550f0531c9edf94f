/**
 * What can be wrong with keys of people, and with recovery copies. What is wrong with a master key itself is an error of
 * the ledger: `MASTER_KEY_UNAVAILABLE`, `MASTER_KEY_WRONG`, `MASTER_KEY_MALFORMED`.
 *
 * - `IDENTITY_MALFORMED`: a file holds no age identity that can be used, or others can read it.
 * - `RECIPIENT_MALFORMED`: a text is no age recipient.
 * - `RECOVERY_COPY_MALFORMED`: a file is no recovery copy.
 * - `RECOVERY_COPY_SEALED`: none of the identities opens the recovery copy.
 */
export type KeysErrorCode =
  | "IDENTITY_MALFORMED"
  | "RECIPIENT_MALFORMED"
  | "RECOVERY_COPY_MALFORMED"
  | "RECOVERY_COPY_SEALED";

export class KeysError extends Error {
  readonly code: KeysErrorCode;

  constructor(code: KeysErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "KeysError";
    this.code = code;
  }
}
