import { createHash } from "node:crypto";
import { escapeText } from "@custody/messages";
import { LIBRARY } from "@custody/policy";
import { CliError } from "../error.ts";
import { meantPolicy } from "../policy/meant-policy.ts";
import type { CommandContext } from "./context.ts";

const ENVIRONMENTS = ["production", "staging", "development", "disposable"] as const;

/** The text of a preset, or of the built-in rules; without a name, what stands in which order in each environment. */
export async function policyShow(context: CommandContext, name: string | undefined): Promise<number> {
  return name === undefined ? showMeant(context) : showPreset(context, name);
}

function showPreset({ isJson, output }: CommandContext, name: string): number {
  const texts: Readonly<Record<string, string>> = { ...LIBRARY.presets, builtin: LIBRARY.builtin };
  const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
  if (text === undefined)
    throw new CliError(
      "NOT_FOUND",
      `there is no preset ${name}`,
      `there are ${Object.keys(texts).join(", ")}`,
    );
  const digest = createHash("sha256").update(text).digest("hex");
  if (isJson) output.json({ name, digest, text });
  else {
    output.write(text);
    output.hint(`custody: ${name} is ${digest}`);
  }
  return 0;
}

function showMeant(context: CommandContext): number {
  const { isJson, output } = context;
  const { compiled, digest, origin, text } = meantPolicy(context, undefined);
  const rules = ENVIRONMENTS.map((environment) => ({
    environment,
    rules: compiled.rulesFor(environment).map(({ name, verdict }) => ({ name, effect: verdict.effect })),
  }));
  if (isJson) output.json({ file: origin, digest, presets: compiled.presets, environments: rules, text });
  else {
    output.line(escapeText(`policy    ${origin}`));
    output.line(`digest    ${digest}`);
    for (const { environment, rules: all } of rules) {
      output.line(`\n${environment}: the first of these that matches decides`);
      for (const line of ruleLines(all)) output.line(escapeText(`  ${line}`));
      output.line("  allow     default");
    }
  }
  return 0;
}

interface ListedRule {
  readonly name: string;
  readonly effect: string;
}

/** Those that are built in are the same everywhere, and many. */
function ruleLines(rules: readonly ListedRule[]): string[] {
  const lines: string[] = [];
  let builtin = 0;
  for (const [at, { effect, name }] of rules.entries()) {
    if (!name.startsWith("builtin:")) lines.push(`${effect.padEnd(9)} ${name}`);
    else if (rules[at + 1]?.name.startsWith("builtin:") && rules[at + 1]?.effect === effect) builtin += 1;
    else {
      lines.push(`${effect.padEnd(9)} ${builtin + 1} that are built in: custody policy show builtin`);
      builtin = 0;
    }
  }
  return lines;
}
