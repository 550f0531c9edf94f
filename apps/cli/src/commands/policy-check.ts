import { type GatewayPolicy, openClassifier } from "@custody/gateway/rules";
import { escapeText } from "@custody/messages";
import { type RuleTestResult, runRuleTest } from "@custody/policy";
import { mistakeLines } from "../policy/describe-mistakes.ts";
import { resultLines } from "../policy/describe-results.ts";
import { meantPolicy } from "../policy/meant-policy.ts";
import { pageLimit } from "../policy/page-limit.ts";
import type { CommandContext } from "./context.ts";

export interface PolicyCheckOptions {
  readonly limit?: string;
}

/** Progress is shown after so many tests, each of which takes some microseconds. */
const SHOWN_EACH = 1000;

/** Reads a policy as a start would, and runs the tests that stand in it. Of one that cannot be used, every mistake is said: exit 2. */
export async function policyCheck(
  context: CommandContext,
  options: PolicyCheckOptions,
  file: string | undefined,
): Promise<number> {
  const { isJson, output } = context;
  const limit = pageLimit(options.limit);
  const policy = usablePolicy(context, file);
  if (policy === undefined) return 2;
  const results = await runAll(policy, (done, total) => output.progress(`${done} of ${total} tests`));
  output.progress("");
  const failed = results.filter(({ isPassed }) => !isPassed);
  const { compiled, digest, origin } = policy;
  if (isJson)
    output.json({
      ok: failed.length === 0,
      file: origin,
      digest,
      presets: compiled.presets,
      tests: results.length,
      passed: results.length - failed.length,
      failed: failed.slice(0, limit).map(({ decision, expected, name, problem }) => ({
        name,
        expected,
        got: decision === undefined ? null : { effect: decision.effect, rule: decision.rule },
        reasons: decision?.reasons ?? [problem],
      })),
      left: Math.max(0, failed.length - limit),
    });
  else for (const line of resultLines(policy, results, limit)) output.line(escapeText(line));
  return failed.length === 0 ? 0 : 1;
}

/** Undefined when it cannot be used, and it was said why: whoever corrects the first mistake wants to know of the next one. */
function usablePolicy(context: CommandContext, file: string | undefined): GatewayPolicy | undefined {
  try {
    return meantPolicy(context, file);
  } catch (error) {
    const lines = mistakeLines(error);
    if (lines === undefined) throw error;
    for (const line of lines) context.output.hint(line);
    return undefined;
  }
}

async function runAll(
  { compiled }: GatewayPolicy,
  onProgress: (done: number, total: number) => void,
): Promise<RuleTestResult[]> {
  const { tests } = compiled;
  if (tests.length === 0) return [];
  const classify = await openClassifier();
  return tests.map((test, at) => {
    if (at % SHOWN_EACH === 0 && at > 0) onProgress(at, tests.length);
    return runRuleTest(compiled, test, classify);
  });
}
