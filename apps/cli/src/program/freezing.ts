import type { Command } from "commander";
import type { FreezeOptions } from "../commands/freeze.ts";
import { type Define, later } from "./define.ts";

/** To stop all writes at once, and to let them on again. */
export function defineFreezing(program: Command, define: Define): void {
  define<FreezeOptions>(
    program,
    "freeze [target]",
    "refuse all writes to a target, a project or everything, from the next statement on",
    [
      'freeze shop --reason "the release is being checked"',
      'freeze --project web --for 2h --reason "an agent runs wild"',
      'freeze --all --reason "incident 7"',
    ],
    async (context, options, [target]) =>
      (await import("../commands/freeze.ts")).freeze(context, options, target),
  )
    .option("--project <name>", "all targets of a project")
    .option("--all", "everything")
    .option("--for <time>", "thaws by itself after it, as in 30m or 2h")
    .option("--reason <text>", "why; agents are shown it, and it becomes part of the record");
  define<FreezeOptions>(
    program,
    "thaw [target]",
    "allow writes again",
    ['thaw shop --reason "the release is checked"', 'thaw --all --reason "incident 7 is over"'],
    async (context, options, [target]) =>
      (await import("../commands/freeze.ts")).thaw(context, options, target),
  )
    .option("--project <name>", "a project")
    .option("--all", "everything")
    .option("--reason <text>", "why; it becomes part of the record");
  define(
    program,
    "freezes",
    "what is frozen, since when, and why",
    ["freezes", "freezes --json"],
    later(async () => (await import("../commands/freeze.ts")).freezes),
  );
}
