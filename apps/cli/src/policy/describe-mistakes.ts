import { PolicyError } from "@custody/policy";

/** All that is wrong with a policy, one line each in the words of every error; undefined when it is another error. */
export function mistakeLines(error: unknown): string[] | undefined {
  if (!(error instanceof Error && error.cause instanceof PolicyError)) return undefined;
  const { cause } = error;
  return [cause, ...cause.also].map(
    ({ column, line, origin, problem }) =>
      `custody: ${origin}:${line}:${column}: ${problem} — correct the rule, see docs/policy.md (POLICY_INVALID)`,
  );
}
