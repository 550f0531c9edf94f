import type { Operation, Target } from "@custody/domain";
import { compileGlob } from "./glob.ts";
import { compileObjectPattern, type MeansObject } from "./object-pattern.ts";
import type { RuleText } from "./schema.ts";

/** A rule that is ready to be asked. */
export interface Rule {
  readonly name: string;
  readonly effect: "allow" | "deny";
  /** For people; shown in the refusal. */
  readonly reason: string;
  matches(operation: Operation, target: Target): boolean;
}

type Condition = (operation: Operation, target: Target) => boolean;

/** Compiles a rule: all its conditions must hold. */
export function compileRule({ effect, match, message, name }: RuleText): Rule {
  const conditions: Condition[] = [];
  const { environment, kind, target, tier, unbounded, verb, via } = match;
  if (target !== undefined) {
    const patterns = target.map((pattern) => compileGlob(pattern, { ignoreCase: false }));
    conditions.push((_operation, where) => patterns.some((matches) => matches(where.name)));
  }
  if (environment !== undefined)
    conditions.push((_operation, where) => environment.includes(where.environment));
  if (verb !== undefined) {
    const patterns = verb.map((pattern) => compileGlob(pattern, { ignoreCase: true }));
    conditions.push((operation) => patterns.some((matches) => matches(operation.verb)));
  }
  if (kind !== undefined) conditions.push((operation) => kind.includes(operation.kind));
  if (tier !== undefined) conditions.push((operation) => tier.includes(operation.tier));
  if (unbounded !== undefined) conditions.push((operation) => (operation.unbounded === true) === unbounded);
  if (via !== undefined) conditions.push((operation) => via.includes(operation.via ?? "statement"));
  if (match.object !== undefined) conditions.push(aboutObjects(match.object, effect));
  if (match.function !== undefined) conditions.push(aboutFunctions(match.function, effect));
  return {
    name,
    effect,
    reason: message ?? `the rule "${name}" ${effect === "deny" ? "denies" : "allows"} it`,
    matches: (operation, where) => conditions.every((holds) => holds(operation, where)),
  };
}

/**
 * A denial needs one of the objects, a permission all of them: who may read `orders` may not therefore read
 * `orders` together with `salaries`. A permission for tables is none for a function of the same name.
 */
function aboutObjects(patterns: readonly string[], effect: "allow" | "deny"): Condition {
  const means = patterns.map((pattern) => compileObjectPattern(pattern, effect));
  if (effect === "deny") return (operation) => touchesAny(operation, means);
  return (operation) => !isCall(operation) && touchesOnly(operation, means);
}

function aboutFunctions(patterns: readonly string[], effect: "allow" | "deny"): Condition {
  const means = patterns.map((pattern) => compileObjectPattern(pattern, effect));
  const touches = effect === "deny" ? touchesAny : touchesOnly;
  return (operation) => isCall(operation) && touches(operation, means);
}

function touchesAny(operation: Operation, means: readonly MeansObject[]): boolean {
  return operation.objects.some((object) => means.some((isMeant) => isMeant(object, operation)));
}

function touchesOnly(operation: Operation, means: readonly MeansObject[]): boolean {
  const { objects } = operation;
  return objects.length > 0 && objects.every((object) => means.some((isMeant) => isMeant(object, operation)));
}

/** The verbs whose objects are functions: in a query, by CALL, by the protocol's own message, and by a trigger. */
const callVerbs: ReadonlySet<string> = new Set(["FUNCTION", "CALL", "FUNCTION CALL", "TRIGGER"]);

function isCall({ verb }: Operation): boolean {
  return callVerbs.has(verb);
}
