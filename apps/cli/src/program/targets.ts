import type { Command } from "commander";
import type { TargetPinOptions } from "../commands/target.ts";
import { type Define, later } from "./define.ts";

/** Which server stands behind a target. */
export function defineTargets(program: Command, define: Define): void {
  const target = program
    .command("target")
    .description("the databases that are guarded, and the server that each is held to")
    .helpOption("--help", "print help");
  define(
    target,
    "list",
    "each target, the server that it is held to, and another one that answers in its place",
    ["target list", "target list --json"],
    later(async () => (await import("../commands/target.ts")).targetList),
  );
  define<TargetPinOptions>(
    target,
    "pin <name>",
    "hold a target to the server that answers for it now",
    [
      'target pin shop --reason "moved to the new cluster"',
      'target pin shop --system 7710314049238208912 --reason "restored from the backup of Monday"',
    ],
    async (context, options, [name]) =>
      (await import("../commands/target.ts")).targetPin(context, options, name as string),
  )
    .option("--system <id>", "only if it is this system: what the record or the new server's own psql says")
    .option("--reason <text>", "why; it becomes part of the record");
}
