/**
 * Everything that can go wrong between the ledger and a place outside this machine.
 *
 * - `EVIDENCE_INVALID`: what a place gave does not vouch for the checkpoint that it was given for.
 * - `EVIDENCE_MALFORMED`: what a place gave does not follow its format, so nothing can be said about it.
 * - `EVIDENCE_UNTRUSTED`: a timestamp is signed by somebody who is not trusted, or must not sign timestamps.
 * - `OUTSIDE_STATE_FAILED`: what is known about the places cannot be read or written.
 * - `PLACE_ANSWER_INVALID`: the answer is none that its protocol has.
 * - `PLACE_CONTRADICTED`: what the place says and what the ledger says cannot both be true.
 * - `PLACE_REFUSED`: the place answered, and does not keep the checkpoint.
 * - `PLACE_SETTING_INVALID`: what custody.yaml says about the place makes no sense.
 * - `PLACE_UNREACHABLE`: nobody answered there, or not in time.
 * - `WITNESS_STATE_DAMAGED`: what a witness of our own has cosigned, or its key, is not what it wrote.
 */
export type AnchorErrorCode =
  | "EVIDENCE_INVALID"
  | "EVIDENCE_MALFORMED"
  | "EVIDENCE_UNTRUSTED"
  | "OUTSIDE_STATE_FAILED"
  | "PLACE_ANSWER_INVALID"
  | "PLACE_CONTRADICTED"
  | "PLACE_REFUSED"
  | "PLACE_SETTING_INVALID"
  | "PLACE_UNREACHABLE"
  | "WITNESS_STATE_DAMAGED";

interface AnchorErrorOptions {
  readonly cause?: unknown;
  /** What the place showed that proves it: a checkpoint, a signed note. */
  readonly evidence?: string;
}

/** The code is the contract; the message is for people and may change. */
export class AnchorError extends Error {
  readonly code: AnchorErrorCode;
  readonly evidence: string | undefined;

  constructor(code: AnchorErrorCode, message: string, { cause, evidence }: AnchorErrorOptions = {}) {
    super(message, { cause });
    this.name = "AnchorError";
    this.code = code;
    this.evidence = evidence;
  }
}
