import type { Action, Decision, Operation } from "@custody/domain";
import { FACETS, type Facet } from "../facets.ts";
import type { Match } from "../text/match-schema.ts";
import { isCall } from "./calls.ts";
import { compileGlob, type Matches } from "./glob.ts";
import { compileObjectPattern, type MeansObject } from "./object-pattern.ts";

/** One key of `match`. */
export interface Condition {
  readonly key: keyof Match;
  /** What it asks of the action, besides the operation. */
  readonly facets: readonly Facet[];
  holds(operation: Operation, action: Action): boolean;
}

/** All that must hold for a rule with this effect to match. */
export function compileConditions(match: Match, effect: Decision["effect"]): Condition[] {
  const { agent, engine, environment, human, kind, project, target, tier, unbounded, verb, via } = match;
  const conditions: (Condition | undefined)[] = [
    target && aboutFacet("target", anyGlob(target, { ignoreCase: false })),
    environment && aboutFacet("environment", (value) => (environment as readonly string[]).includes(value)),
    engine && aboutFacet("engine", (value) => (engine as readonly string[]).includes(value)),
    agent && aboutFacet("agent", anyGlob(agent, { ignoreCase: false })),
    project && aboutFacet("project", anyGlob(project, { ignoreCase: false })),
    human && aboutHuman(anyGlob(human, { ignoreCase: false })),
    kind && aboutOperation("kind", (operation) => kind.includes(operation.kind)),
    tier && aboutOperation("tier", (operation) => tier.includes(operation.tier)),
    verb && aboutVerb(anyGlob(verb, { ignoreCase: true })),
    via && aboutOperation("via", (operation) => via.includes(operation.via ?? "statement")),
    match.object && aboutOperation("object", aboutObjects(match.object, effect)),
    match.function && aboutOperation("function", aboutFunctions(match.function, effect)),
    unbounded === undefined
      ? undefined
      : aboutOperation("unbounded", (operation) => (operation.unbounded === true) === unbounded),
  ];
  return conditions.filter((condition) => condition !== undefined);
}

function aboutOperation(key: keyof Match, holds: (operation: Operation) => boolean): Condition {
  return { facets: [], holds, key };
}

function aboutVerb(matches: Matches): Condition {
  return aboutOperation("verb", ({ verb }) => matches(verb));
}

function aboutFacet(facet: Facet & keyof Match, matches: Matches): Condition {
  const read = FACETS[facet];
  return { facets: [facet], holds: (_operation, action) => matches(read(action)), key: facet };
}

function aboutHuman(matches: Matches): Condition {
  return {
    facets: ["human", "humanId"],
    holds: (_operation, action) => matches(FACETS.human(action)) || matches(FACETS.humanId(action)),
    key: "human",
  };
}

function anyGlob(patterns: readonly string[], options: { ignoreCase: boolean }): Matches {
  const all = patterns.map((pattern) => compileGlob(pattern, options));
  return (text) => all.some((matches) => matches(text));
}

/**
 * A denial needs one of the objects, a permission all of them: who may read `orders` may not therefore read
 * `orders` together with `salaries`. A permission for tables is none for a function of the same name.
 */
function aboutObjects(
  patterns: readonly string[],
  effect: Decision["effect"],
): (operation: Operation) => boolean {
  const means = patterns.map((pattern) => compileObjectPattern(pattern, effect));
  if (effect !== "allow") return (operation) => touchesAny(operation, means);
  return (operation) => !isCall(operation) && touchesOnly(operation, means);
}

function aboutFunctions(
  patterns: readonly string[],
  effect: Decision["effect"],
): (operation: Operation) => boolean {
  const means = patterns.map((pattern) => compileObjectPattern(pattern, effect));
  const touches = effect === "allow" ? touchesOnly : touchesAny;
  return (operation) => isCall(operation) && touches(operation, means);
}

function touchesAny(operation: Operation, means: readonly MeansObject[]): boolean {
  return operation.objects.some((object) => means.some((isMeant) => isMeant(object, operation)));
}

function touchesOnly(operation: Operation, means: readonly MeansObject[]): boolean {
  const { objects } = operation;
  return objects.length > 0 && objects.every((object) => means.some((isMeant) => isMeant(object, operation)));
}
