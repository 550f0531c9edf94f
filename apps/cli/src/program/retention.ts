import type { Command } from "commander";
import type { RetentionApplyOptions } from "../commands/retention-apply.ts";
import type { HoldOptions } from "../commands/retention-hold.ts";
import type { RetentionOptions } from "../commands/retention-show.ts";
import type { ShredOptions } from "../commands/shred.ts";
import { type Define, later } from "./define.ts";

/** How long what is kept, and what is destroyed. */
export function defineRetention(program: Command, define: Define): void {
  define<ShredOptions>(
    program,
    "shred",
    "destroy the records of one session; who decided what is kept, and every proof stays valid",
    ['shred --session 01a1fa1b-7db8-7000-b3c5-28279ae09295 --reason "erasure request 12"'],
    later(async () => (await import("../commands/shred.ts")).shred),
  )
    .option("--session <id>", "the session")
    .option("--reason <text>", "why; it becomes part of the record")
    .option("--dry-run", "only say what would go");
  const retention = program
    .command("retention")
    .description("how long records are kept")
    .helpOption("--help", "print help");
  define<RetentionOptions>(
    retention,
    "show",
    "the classes, what they hold, what is due, and the holds in force",
    ["retention show", "retention show --json"],
    later(async () => (await import("../commands/retention-show.ts")).retentionShow),
  );
  define<RetentionApplyOptions>(
    retention,
    "apply",
    "destroy what is older than its class is kept",
    ["retention apply --dry-run", "retention apply"],
    later(async () => (await import("../commands/retention-apply.ts")).retentionApply),
  )
    .option("--dry-run", "only say what would go")
    .option("--class <name>", "only this class")
    .option("--config <file>", "default: ./custody.yaml");
  define<HoldOptions>(
    retention,
    "hold",
    "place a legal hold: what it covers is not destroyed, whatever is due",
    ['retention hold --session 01a1fa1b-7db8-7000-b3c5-28279ae09295 --reason "case 7"'],
    later(async () => (await import("../commands/retention-hold.ts")).retentionHold),
  )
    .option("--session <id>", "one session")
    .option("--project <name>", "one project")
    .option("--all", "everything")
    .option("--reason <text>", "why; it becomes part of the record");
  define<{ readonly reason?: string }>(
    retention,
    "release <hold>",
    "release a legal hold",
    ['retention release 01a1fa1b-8098-7000-9f6e-fbbb4aaef9bb --reason "case 7 is closed"'],
    async (context, options, [hold]) =>
      (await import("../commands/retention-hold.ts")).retentionRelease(context, options, hold as string),
  ).option("--reason <text>", "why; it becomes part of the record");
  define(
    retention,
    "holds",
    "the legal holds in force",
    ["retention holds", "retention holds --json"],
    later(async () => (await import("../commands/retention-hold.ts")).retentionHolds),
  );
}
