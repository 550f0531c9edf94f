import type { Command } from "commander";
import type { DecisionOptions, HoldsOptions } from "../commands/holds.ts";
import type { Define } from "./define.ts";

/** What waits for a human, and the human's answer. */
export function defineHolding(program: Command, define: Define): void {
  define<HoldsOptions>(
    program,
    "holds [id]",
    "what waits for a human, newest first; or all of one",
    ["holds", "holds 01a1fa1b-8098-7000-9f6e-fbbb4aaef9bb", "holds --all --json"],
    async (context, options, [id]) => (await import("../commands/holds.ts")).holds(context, options, id),
  )
    .option("--all", "those that were decided as well")
    .option("--limit <n>", "at most so many (default: 100, at most 500)");
  define<DecisionOptions>(
    program,
    "approve <id>",
    "let exactly what is held run once; needs a person who is signed in (custody login)",
    ["approve 01a1fa1b-8098-7000-9f6e-fbbb4aaef9bb"],
    async (context, options, [id]) =>
      (await import("../commands/holds.ts")).decideHold(context, "approve", options, id as string),
  )
    .option(
      "--shown <digest>",
      "only if it is still what was looked at: `shown` of `custody holds ID --json`",
    )
    .option("--reason <text>", "why; it becomes part of the record");
  define<DecisionOptions>(
    program,
    "deny <id>",
    "refuse what is held; the agent is shown the reason",
    ['deny 01a1fa1b-8098-7000-9f6e-fbbb4aaef9bb --reason "not during the release"'],
    async (context, options, [id]) =>
      (await import("../commands/holds.ts")).decideHold(context, "deny", options, id as string),
  ).option("--reason <text>", "why");
}
