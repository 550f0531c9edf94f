import type { GatewayPolicy } from "@custody/gateway/rules";
import type { RuleTestResult } from "@custody/policy";

/** What `custody policy check` found, for people. Not escaped yet. */
export function resultLines(
  { compiled, digest, origin }: GatewayPolicy,
  results: readonly RuleTestResult[],
  limit: number,
): string[] {
  const failed = results.filter(({ isPassed }) => !isPassed);
  const left = failed.length - limit;
  return [
    `policy    ${origin}`,
    `digest    ${digest}`,
    `behind it ${compiled.presets.join(", ")}`,
    ...failed.slice(0, limit).flatMap(failureLines),
    ...(left > 0 ? [`… and ${left} more; --limit ${failed.length} shows all`] : []),
    failed.length === 0
      ? `ok        ${results.length === 0 ? "it has no tests" : `${results.length} tests passed`}`
      : `failed    ${failed.length} of ${results.length} tests`,
  ];
}

function failureLines({ decision, expected, name, problem }: RuleTestResult): string[] {
  const wanted = expected.rule === undefined ? expected.effect : `${expected.effect} by ${expected.rule}`;
  const got = decision === undefined ? "nothing" : `${decision.effect} by ${decision.rule}`;
  return [
    `failed    ${name}`,
    `          expected ${wanted}, got ${got}`,
    ...(problem === undefined ? [] : [`          ${problem}`]),
    ...(decision?.reasons ?? []).map((reason) => `          ${reason}`),
  ];
}
