import type { Command } from "commander";
import type { GrantOptions } from "../commands/grants.ts";
import type { DecisionOptions, HoldsOptions } from "../commands/holds.ts";
import { type Define, later } from "./define.ts";

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
    [
      "approve 01a1fa1b-8098-7000-9f6e-fbbb4aaef9bb",
      "approve 01a1fa1b-8098-7000-9f6e-fbbb4aaef9bb --ssh-key ~/.ssh/id_ed25519",
    ],
    async (context, options, [id]) =>
      (await import("../commands/holds.ts")).decideHold(context, "approve", options, id as string),
  )
    .option(
      "--shown <digest>",
      "only if it is still what was looked at: `shown` of `custody holds ID --json`",
    )
    .option("--reason <text>", "why; it becomes part of the record")
    .option(
      "--ssh-key <path>",
      "sign the answer with this key, which is enrolled: custody users ssh-keys add",
    );
  define<DecisionOptions>(
    program,
    "deny <id>",
    "refuse what is held; the agent is shown the reason",
    ['deny 01a1fa1b-8098-7000-9f6e-fbbb4aaef9bb --reason "not during the release"'],
    async (context, options, [id]) =>
      (await import("../commands/holds.ts")).decideHold(context, "deny", options, id as string),
  )
    .option("--reason <text>", "why")
    .option("--ssh-key <path>", "sign the answer with this key, which is enrolled");
  define<GrantOptions>(
    program,
    "grant <target>",
    "let one session do named things to named objects for some minutes, without asking each time",
    [
      'grant shop --session 01a1fa1b-7db8-7000-b3c5-28279ae09295 --verb "DROP TABLE" --object public.t01 public.t02 --for 10m --reason "the old tables go"',
    ],
    async (context, options, [target]) =>
      (await import("../commands/grants.ts")).grant(context, options, target as string),
  )
    .option("--session <id>", "whose")
    .option("--verb <verb...>", 'as records have them: "DROP TABLE", DELETE')
    .option("--object <name...>", "SCHEMA.NAME of each")
    .option("--for <time>", "default: 10m, at most 4h")
    .option("--reason <text>", "why; it becomes part of the record");
  define(
    program,
    "grants",
    "the grants in force",
    ["grants", "grants --json"],
    later(async () => (await import("../commands/grants.ts")).grants),
  );
  define<{ readonly reason?: string }>(
    program,
    "end-grant <id>",
    "end a grant before its time",
    ['end-grant 01a1fa1b-8098-7000-9f6e-fbbb4aaef9bb --reason "it is done"'],
    async (context, options, [id]) =>
      (await import("../commands/grants.ts")).endGrant(context, options, id as string),
  ).option("--reason <text>", "why; it becomes part of the record");
}
