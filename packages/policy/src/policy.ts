import { createHash } from "node:crypto";
import type { Environment } from "@custody/domain";
import { PolicyError } from "./error.ts";
import type { Facet } from "./facets.ts";
import { LIBRARY, type PolicyLibrary } from "./presets/presets.ts";
import { compileRule, type Rule } from "./rules/rule.ts";
import type { Budget } from "./text/budget-schema.ts";
import type { GuardedEnvironment, PolicyText, RuleText } from "./text/policy-schema.ts";
import { type ReadPolicy, readPolicy } from "./text/read-policy.ts";
import type { RuleTest } from "./text/test-schema.ts";

/** A policy that is ready to be asked. */
export interface Policy {
  /** SHA-256, in hex, of the text and of all that stands behind it; every decision repeats it. */
  readonly digest: string;
  readonly origin: string;
  readonly text: string;
  /** The presets that its text names under `extends`, in that order. */
  readonly extends: readonly string[];
  /** Which preset stands behind it where. */
  readonly defaults: Readonly<Record<GuardedEnvironment, string>>;
  /** The presets that stand behind the rules in some environment, in the order of their names. */
  readonly presets: readonly string[];
  /** What the rules ask of an action besides its operations. */
  readonly facets: readonly Facet[];
  readonly tests: readonly RuleTest[];
  /** What models may take; a `BudgetBook` keeps them. */
  readonly budgets: readonly Budget[];
  /**
   * The first that matches an operation decides about it: the user's rules, the built-in denials, the presets that the
   * policy extends, the preset that is the environment's default, and what is built in to be allowed.
   */
  rulesFor(environment: Environment): readonly Rule[];
}

/** What holds where nobody wrote a policy. */
export const DEFAULT_POLICY_TEXT: string = "version: 1\nrules: []\n";

/** Its name is that of a preset without rules. */
const NOTHING_MORE = "observe";

/**
 * Compiles the text of a policy.yaml. `origin`, its file name, stands in the message of a PolicyError. With the `library` of
 * another time, it decides as it did then.
 */
export function compilePolicy(text: string, origin: string, library: PolicyLibrary = LIBRARY): Policy {
  const read = readPolicy(text, origin);
  const rules = compileRules(read, library);
  const builtin = compileTrusted(library.builtin, "built-in rules");
  const denials = builtin.filter(({ verdict }) => verdict.effect !== "allow");
  const permissions = builtin.filter(({ verdict }) => verdict.effect === "allow");
  const defaults = defaultsOf(read, library);
  const extended = extendedPresets(read, library);
  const presets = [...new Set([...extended, ...Object.values(defaults)])].sort();
  const compiled = new Map(
    presets.map((name) => [name, compileTrusted(library.presets[name] as string, name)]),
  );
  const rulesIn = (names: readonly string[]): readonly Rule[] => [
    ...rules,
    ...denials,
    ...names.flatMap((name) => compiled.get(name) ?? []),
    ...permissions,
  ];
  const byEnvironment: Readonly<Record<Environment, readonly Rule[]>> = {
    production: rulesIn([...extended, defaults.production]),
    staging: rulesIn([...extended, defaults.staging]),
    development: rulesIn([...extended, defaults.development]),
    disposable: rulesIn([]),
  };
  const facets = Object.values(byEnvironment).flatMap((each) => each.flatMap((rule) => rule.facets));
  return {
    budgets: read.policy.budgets,
    defaults,
    digest: digestOf(text, library, presets, defaults),
    extends: extended,
    facets: [...new Set<Facet>(["environment", ...facets])],
    origin,
    presets,
    rulesFor: (environment) => byEnvironment[environment],
    tests: read.policy.tests,
    text,
  };
}

function compileRules({ policy, refuse }: ReadPolicy, { presets }: PolicyLibrary): Rule[] {
  const taken = ["builtin", "budget", ...Object.keys(presets)];
  const names = new Set<string>();
  const wrong: PolicyError[] = [];
  const compileOne = (rule: RuleText, at: number): Rule => {
    const refuseName = (why: string) => refuse(["rules", at, "name"], `"${rule.name}": ${why}`);
    const prefix = taken.find((each) => rule.name.startsWith(`${each}:`));
    if (prefix !== undefined) throw refuseName(`names that begin with ${prefix}: are taken`);
    if (names.has(rule.name)) throw refuseName("two rules have this name; records tell rules by name");
    names.add(rule.name);
    return compileRule(rule, (message) => {
      throw refuse(["rules", at, "when"], `rules[${at}].when: ${message}`);
    });
  };
  const rules = policy.rules.flatMap((rule, at) => {
    try {
      return [compileOne(rule, at)];
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      wrong.push(error);
      return [];
    }
  });
  const first = PolicyError.of(wrong);
  if (first !== undefined) throw first;
  return rules;
}

/** The rules of texts that are Custody's own: few, and the same for every policy. */
const trusted = new Map<string, readonly Rule[]>();
const TRUSTED_MAX = 100;

/** What belongs to Custody may use the names that are its own. */
function compileTrusted(text: string, origin: string): readonly Rule[] {
  const known = trusted.get(text);
  if (known !== undefined) return known;
  const { policy, refuse } = readPolicy(text, origin);
  const rules = policy.rules.map((rule, at) =>
    compileRule(rule, (message) => {
      throw refuse(["rules", at, "when"], message);
    }),
  );
  if (trusted.size < TRUSTED_MAX) trusted.set(text, rules);
  return rules;
}

function extendedPresets({ policy, refuse }: ReadPolicy, library: PolicyLibrary): readonly string[] {
  for (const name of policy.extends)
    if (!Object.hasOwn(library.presets, name)) throw refuse(["extends"], noPreset(name, library));
  return policy.extends;
}

/** Who extends a preset and names no default has said what holds. */
function defaultsOf(
  { policy, refuse }: ReadPolicy,
  library: PolicyLibrary,
): Readonly<Record<GuardedEnvironment, string>> {
  const given: PolicyText["default"] = policy.default ?? (policy.extends.length > 0 ? NOTHING_MORE : {});
  const named = typeof given === "string" ? { production: given, staging: given, development: given } : given;
  const defaults = { ...library.standing, ...withoutUndefined(named) };
  for (const [environment, name] of Object.entries(defaults)) {
    const path = typeof given === "string" ? ["default"] : ["default", environment];
    if (!Object.hasOwn(library.presets, name)) throw refuse(path, noPreset(name, library));
  }
  return defaults;
}

function withoutUndefined(named: Readonly<Partial<Record<GuardedEnvironment, string | undefined>>>) {
  const entries = Object.entries(named).filter(([, name]) => name !== undefined);
  return Object.fromEntries(entries) as Partial<Record<GuardedEnvironment, string>>;
}

function noPreset(name: string, { presets }: PolicyLibrary): string {
  return `there is no preset "${name}"; there are ${Object.keys(presets).join(", ")}`;
}

/**
 * SHA-256 over one line each: the digest of the policy's own text, then, with the name before it, of the built-in rules and
 * of every preset that stands behind it, and last which of them is the default where.
 */
function digestOf(
  text: string,
  { builtin, presets }: PolicyLibrary,
  names: readonly string[],
  { production, staging, development }: Readonly<Record<GuardedEnvironment, string>>,
): string {
  const lines = [
    `policy ${sha256(text)}`,
    `builtin ${sha256(builtin)}`,
    ...names.map((name) => `${name} ${sha256(presets[name] as string)}`),
    `default ${production} ${staging} ${development}`,
  ];
  return sha256(lines.map((line) => `${line}\n`).join(""));
}

/** In hex. */
function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
