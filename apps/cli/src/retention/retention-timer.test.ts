import { expect, onTestFinished, test } from "vitest";
import { KEEP_ALL, type RetentionRules } from "./retention-rules.ts";
import { RetentionTimer } from "./retention-timer.ts";

const aYear: RetentionRules = { ...KEEP_ALL, keepMs: 365 * 86_400_000 };

/** Runs a script in place of the command, and resolves to the first thing that is said. */
function firstWord(script: string, rules = aYear): Promise<string> {
  return new Promise((resolve) => {
    const timer = new RetentionTimer({
      command: [process.execPath, "-e", script],
      firstMs: 1,
      info: (text) => resolve(`info: ${text}`),
      rules: () => rules,
      warn: (text) => resolve(`warn: ${text}`),
    });
    onTestFinished(() => timer.stop());
    setTimeout(() => resolve("nothing"), 5000).unref();
  });
}

test("what was destroyed is told, and nothing when nothing was", async () => {
  expect(await firstWord("console.log(JSON.stringify({ entries: 12, keys: 2 }))")).toBe(
    "info: retention: 12 records under 2 keys were destroyed",
  );
});

test("a failure is told with what the command said", async () => {
  expect(await firstWord("console.error('custody: no'); process.exit(2)")).toBe(
    "warn: retention was not applied: custody: no",
  );
});

test("without any period nothing is run", async () => {
  expect(await firstWord("console.error('ran'); process.exit(1)", KEEP_ALL)).toBe("nothing");
}, 10_000);
