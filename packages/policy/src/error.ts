/**
 * Why a policy cannot be used. The code is the contract, the message is for people.
 *
 * - `POLICY_SYNTAX`: not YAML. - `POLICY_UNKNOWN_KEY`: a key that means nothing here; perhaps a typing error, which
 *   must not silently make a rule match more, or less, than was meant. - `POLICY_INVALID`: a value that makes no sense.
 */
export type PolicyErrorCode = "POLICY_SYNTAX" | "POLICY_UNKNOWN_KEY" | "POLICY_INVALID";

export class PolicyError extends Error {
  readonly code: PolicyErrorCode;
  /** Counted from 1. */
  readonly line: number;

  constructor(code: PolicyErrorCode, place: { origin: string; line: number }, message: string) {
    super(`${place.origin}:${place.line}: ${message}`);
    this.name = "PolicyError";
    this.code = code;
    this.line = place.line;
  }
}
