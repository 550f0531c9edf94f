/**
 * Everything that can go wrong between the ledger and a place outside this machine.
 *
 * - `PLACE_UNREACHABLE`: nobody answered there, or not in time.
 * - `PLACE_REFUSED`: the place answered, and does not keep the checkpoint.
 * - `PLACE_ANSWER_INVALID`: the answer is none that its protocol has.
 * - `PLACE_CONTRADICTED`: what the place says and what the ledger says cannot both be true.
 * - `PLACE_SETTING_INVALID`: what custody.yaml says about the place makes no sense.
 * - `EVIDENCE_INVALID`: what a place gave does not vouch for the checkpoint that it was given for.
 * - `OUTSIDE_STATE_FAILED`: what is known about the places cannot be read or written.
 * - `WITNESS_STATE_DAMAGED`: what a witness of our own has cosigned, or its key, is not what it wrote.
 */
export type AnchorErrorCode =
  | "EVIDENCE_INVALID"
  | "OUTSIDE_STATE_FAILED"
  | "PLACE_ANSWER_INVALID"
  | "PLACE_CONTRADICTED"
  | "PLACE_REFUSED"
  | "PLACE_SETTING_INVALID"
  | "PLACE_UNREACHABLE"
  | "WITNESS_STATE_DAMAGED";

/** The code is the contract; the message is for people and may change. */
export class AnchorError extends Error {
  readonly code: AnchorErrorCode;

  constructor(code: AnchorErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "AnchorError";
    this.code = code;
  }
}
