import { classify, loadParser } from "@custody/capture/postgres/texts";
import { compilePolicy, type Policy, PolicyError, type RuleTestResult, runRuleTest } from "@custody/policy";
import { CHECK_MS, type PolicyChecked, type PolicyMistake, RESULTS_MAX, resultOf } from "./orders.ts";

/** What the text is called in messages. */
const ORIGIN = "policy.yaml";

/** The text of a policy, compiled, or what is wrong with it. */
export function compileText(text: string): Policy | readonly PolicyMistake[] {
  try {
    return compilePolicy(text, ORIGIN);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return [error, ...error.also].map(mistakeOf);
  }
}

function mistakeOf({ code, column, line, problem }: PolicyError): PolicyMistake {
  return { code, column, line, message: problem };
}

/** Compiles a text, and runs the examples in it by the classifier of the data path, within `CHECK_MS`. */
export async function checkText(text: string): Promise<PolicyChecked> {
  const policy = compileText(text);
  if (!("digest" in policy))
    return {
      digest: null,
      examples: 0,
      mistakes: policy,
      ok: false,
      passed: 0,
      presets: [],
      results: [],
      run: 0,
    };
  const results = await runExamples(policy);
  const failed = results.filter(({ isPassed }) => !isPassed);
  const passed = results.filter(({ isPassed }) => isPassed);
  return {
    digest: policy.digest,
    examples: policy.tests.length,
    mistakes: [],
    ok: passed.length === policy.tests.length,
    passed: passed.length,
    presets: policy.presets,
    results: [...failed, ...passed].slice(0, RESULTS_MAX).map(resultOf),
    run: results.length,
  };
}

async function runExamples(policy: Policy): Promise<RuleTestResult[]> {
  if (policy.tests.length === 0) return [];
  await loadParser();
  const endMs = performance.now() + CHECK_MS;
  const results: RuleTestResult[] = [];
  for (const test of policy.tests) {
    if (performance.now() > endMs) break;
    results.push(runRuleTest(policy, test, (sql, database) => classify(sql, { database })));
  }
  return results;
}
