import type { Decider } from "@custody/domain";
import {
  BUILTIN_RULES_TEXT,
  compilePolicy,
  DEFAULT_POLICY_TEXT,
  PolicyError,
  policyDecider,
} from "@custody/policy";
import { GatewayError } from "./error.ts";

/** Rules that are ready to decide, and the texts to put on record, so that a decision can be traced to its rule. */
export interface GatewayPolicy {
  /** The built-in rules, which stand behind those of the text. */
  readonly builtin: string;
  readonly decider: Decider;
  /** SHA-256 of the text, in hex; every decision carries it. */
  readonly digest: string;
  readonly origin: string;
  readonly text: string;
}

/** Compiles the rules; without any, only the built-in ones hold. @throws GatewayError POLICY_INVALID, with the line */
export function loadPolicy(given?: { readonly text: string; readonly origin: string }): GatewayPolicy {
  const { text, origin } = given ?? { origin: "built-in", text: DEFAULT_POLICY_TEXT };
  try {
    const policy = compilePolicy(text, origin);
    return {
      builtin: BUILTIN_RULES_TEXT,
      decider: policyDecider(policy),
      digest: policy.digest,
      origin,
      text,
    };
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    throw new GatewayError("POLICY_INVALID", `${cause.message} — correct the rule, see docs/policy.md`, {
      cause,
    });
  }
}
