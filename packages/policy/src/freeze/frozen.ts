import type { Action, Decision } from "@custody/domain";
import { type Freeze, type Freezes, scopeKey, scopeText } from "./freeze.ts";

/** The rule that stands in the decision. */
export const FREEZE_RULE = "freeze";

/**
 * The denial of an action that a freeze stands against; undefined when none does. Asked before every statement, so it
 * looks into the map and nowhere else.
 */
export function frozen(freezes: Freezes, action: Action): Decision | undefined {
  if (freezes.size === 0 || !changesSomething(action)) return undefined;
  const freeze = coveringFreeze(freezes, action);
  if (freeze === undefined) return undefined;
  const { by, reason, since } = freeze;
  return {
    effect: "deny",
    policy: "",
    reasons: [
      `${scopeText(freeze)} is frozen since ${since.slice(0, 19)}Z by ${by}: ${reason}`,
      ...(freeze.until === undefined ? [] : [`until ${freeze.until.slice(0, 19)}Z`]),
    ],
    rule: FREEZE_RULE,
  };
}

/** The widest first: it is what has to end before anything else can. */
function coveringFreeze(
  freezes: Freezes,
  { session, target, timeUs }: Pick<Action, "session" | "target" | "timeUs">,
): Freeze | undefined {
  for (const scope of [{}, { project: session.project }, { target: target.name }]) {
    const freeze = freezes.get(scopeKey(scope));
    // One that ends by itself has ended then, whether or not the record of it is written yet.
    if (freeze !== undefined && !(freeze.until !== undefined && Date.parse(freeze.until) * 1000 <= timeUs))
      return freeze;
  }
  return undefined;
}

function changesSomething({ commitsWrites, operations }: Action): boolean {
  return commitsWrites === true || operations.some(({ tier }) => tier !== "read");
}
