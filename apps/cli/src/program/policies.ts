import type { Command } from "commander";
import type { PolicyCheckOptions } from "../commands/policy-check.ts";
import type { Define } from "./define.ts";

/** What asks rules, and changes nothing. */
export function definePolicies(program: Command, define: Define): void {
  const policy = program
    .command("policy")
    .description("rules: check them, see what stands behind them, ask what they said and would say")
    .helpOption("--help", "print help");
  define<PolicyCheckOptions>(
    policy,
    "check [file]",
    "read a policy as a start would, and run the tests that stand in it",
    ["policy check", "policy check ./policy.yaml --json"],
    async (context, options, [file]) =>
      (await import("../commands/policy-check.ts")).policyCheck(context, options, file),
  ).option("--limit <n>", "how many failed tests are shown; default: 50");
  define(
    policy,
    "show [preset]",
    "the text of a preset or of the built-in rules; without a name, what stands in which order",
    ["policy show", "policy show guarded", "policy show builtin"],
    async (context, _options, [name]) =>
      (await import("../commands/policy-show.ts")).policyShow(context, name),
  );
}
