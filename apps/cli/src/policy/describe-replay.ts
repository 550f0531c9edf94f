import type { GatewayPolicy } from "@custody/gateway/rules";
import type { Difference, ReplayTotals } from "@custody/policy";

/** More rules than these are in the machine output. */
const RULES_MAX = 30;

/** What `custody policy replay` found, for people. Not escaped yet. */
export function replayLines(
  { digest, origin }: GatewayPolicy,
  totals: ReplayTotals,
  notes: readonly string[],
): string[] {
  const { asked, byEffect, byRule, differing, next, page } = totals;
  const effects = Object.entries(byEffect).map(([effect, count]) => `${count} ${effect}`);
  return [
    `policy    ${origin}, ${digest}`,
    `asked     about ${asked} statements: ${effects.join(", ")}`,
    ...byRule
      .slice(0, RULES_MAX)
      .map(({ count, effect, rule }) => `  ${String(count).padStart(8)}  ${effect.padEnd(9)} ${rule}`),
    ...(byRule.length > RULES_MAX ? [`  and by ${byRule.length - RULES_MAX} more rules: see --json`] : []),
    `differ    ${differing}`,
    ...page.flatMap(differenceLines),
    ...(next === undefined ? [] : [`there are more: --after ${next}`]),
    ...notes.map((note) => `note      ${note}`),
  ];
}

function differenceLines({ agent, index, statement, target, time, was, would }: Difference): string[] {
  return [
    `  ${index}  ${time}  ${agent}  ${target}  ${was.effect} (${was.rule}) -> ${would.effect} (${would.rule})`,
    `      ${statement}`,
  ];
}

/** What a replay cannot know. */
export function replayNotes({ inDoubt, unasked }: ReplayTotals): string[] {
  return [
    "limits over time begin with the first record that is asked about",
    "what a human would have answered, and what an agent would have done instead, is not known",
    ...(inDoubt > 0
      ? [`${inDoubt} statements changed rows that no record counts; limits of rows may have stopped them`]
      : []),
    ...(unasked > 0
      ? [`${unasked} statements were refused before any rule was asked, by Custody itself or by a freeze`]
      : []),
  ];
}
