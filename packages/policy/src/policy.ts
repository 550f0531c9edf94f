import { createHash } from "node:crypto";
import { builtinRules } from "./builtin-rules.ts";
import { PolicyError } from "./error.ts";
import { readPolicy } from "./read-policy.ts";
import { compileRule, type Rule } from "./rule.ts";

/** A policy that is ready to be asked. */
export interface Policy {
  /** SHA-256 of the text, in hex; every decision repeats it. */
  readonly digest: string;
  readonly origin: string;
  /** The user's rules, then the built-in ones; the first that matches an operation decides about it. */
  readonly rules: readonly Rule[];
  readonly text: string;
}

/** What holds where nobody wrote a policy: the built-in rules alone, which deny administration and allow the rest. */
export const DEFAULT_POLICY_TEXT: string = "version: 1\nrules: []\n";

/** Compiles the text of a policy.yaml. `origin`, its file name, stands in the message of a PolicyError. */
export function compilePolicy(text: string, origin: string): Policy {
  const rules = readPolicy(text, origin);
  const names = new Set<string>();
  for (const { name } of rules) {
    if (name.startsWith("builtin:"))
      refuseName(text, origin, name, "names that begin with builtin: are taken");
    if (names.has(name))
      refuseName(text, origin, name, "two rules have this name; records tell rules by name");
    names.add(name);
  }
  return {
    digest: createHash("sha256").update(text).digest("hex"),
    origin,
    rules: [...rules.map(compileRule), ...builtinRules],
    text,
  };
}

/** The last line with this name is the one that is too many. */
function refuseName(text: string, origin: string, name: string, message: string): never {
  const line = text.split("\n").findLastIndex((content) => content.includes(name)) + 1;
  throw new PolicyError("POLICY_INVALID", { origin, line: Math.max(line, 1) }, `"${name}": ${message}`);
}
