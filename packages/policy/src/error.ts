/** Nobody corrects more at once. */
const ALSO_MAX = 50;

/**
 * Why a policy cannot be used. The code is the contract, the message is for people.
 *
 * - `POLICY_SYNTAX`: not YAML. - `POLICY_UNKNOWN_KEY`: a key that means nothing here; perhaps a typing error, which
 *   must not silently make a rule match more, or less, than was meant. - `POLICY_INVALID`: a value that makes no sense.
 */
export type PolicyErrorCode = "POLICY_SYNTAX" | "POLICY_UNKNOWN_KEY" | "POLICY_INVALID";

export class PolicyError extends Error {
  readonly code: PolicyErrorCode;
  /** The name of the file. */
  readonly origin: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
  /** What is wrong, without the place. */
  readonly problem: string;
  /** What else is wrong with the same text, as far as it could be read. */
  readonly also: readonly PolicyError[];

  constructor(
    code: PolicyErrorCode,
    { column = 1, line, origin }: { origin: string; line: number; column?: number },
    problem: string,
    also: readonly PolicyError[] = [],
  ) {
    super(`${origin}:${line}: ${problem}`);
    this.name = "PolicyError";
    this.code = code;
    this.origin = origin;
    this.line = line;
    this.column = column;
    this.problem = problem;
    this.also = also;
  }

  /** The first of several, which names the others; undefined when there are none. */
  static of(errors: readonly PolicyError[]): PolicyError | undefined {
    const [first, ...also] = errors;
    if (first === undefined || also.length === 0) return first;
    return new PolicyError(first.code, first, first.problem, also.slice(0, ALSO_MAX));
  }
}
