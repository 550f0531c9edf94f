/**
 * Why something cannot be done to a hold. The code is the contract, the message is for people.
 *
 * - `HOLD_UNKNOWN`: there is none of this id, or it was over long ago. - `HOLD_OVER`: it was decided, used, or is too old.
 * - `HOLD_CHANGED`: what was seen is not what is held. - `HOLD_NOT_YOURS`: nobody approves what was asked for them, nor twice.
 * - `HOLD_PASSKEY_NEEDED`: the yes must be signed by a passkey. - `HOLDS_TOO_MANY`: so many wait that nobody could look at them.
 * - `HOLD_TOO_LONG`: no human could read it. - `HOLD_SIGNATURE_REFUSED`: what was signed does not count.
 */
export type HoldErrorCode =
  | "HOLD_UNKNOWN"
  | "HOLD_OVER"
  | "HOLD_CHANGED"
  | "HOLD_NOT_YOURS"
  | "HOLD_PASSKEY_NEEDED"
  | "HOLD_SIGNATURE_REFUSED"
  | "HOLDS_TOO_MANY"
  | "HOLD_TOO_LONG";

export class HoldError extends Error {
  readonly code: HoldErrorCode;

  constructor(code: HoldErrorCode, message: string) {
    super(message);
    this.name = "HoldError";
    this.code = code;
  }
}
