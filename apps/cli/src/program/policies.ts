import type { Command } from "commander";
import type { PolicyCheckOptions } from "../commands/policy-check.ts";
import type { PolicyReplayOptions } from "../commands/policy-replay.ts";
import { type Define, later } from "./define.ts";

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
  define(
    policy,
    "explain <id>",
    "which rule decided about an action, and what every rule says about it, then and today",
    ["policy explain 1042", "policy explain 019a2c1e-7b7e-7c3a-9d7e-0d6f3c1f2b10 --json"],
    async (context, _options, [id]) =>
      (await import("../commands/policy-explain.ts")).policyExplain(context, id as string),
  );
  define<PolicyReplayOptions>(
    policy,
    "replay",
    "what a policy would have done to the statements of the past",
    ["policy replay --since 7d", "policy replay --since 24h --policy ./stricter.yaml --target shop --json"],
    later(async () => (await import("../commands/policy-replay.ts")).policyReplay),
  )
    .requiredOption("--since <time>", "not older than 10m, 2h, or 2026-01-31T12:00:00Z")
    .option("--policy <file>", "the policy to ask; default: the one of the configuration")
    .option("--target <name>", "about one target")
    .option("--limit <n>", "how many statements are listed that it would decide otherwise; default: 50")
    .option("--after <index>", "those after this record: the next page");
}
