import type { Command } from "commander";
import { type Define, later } from "./define.ts";

/** What looks at records. */
export function defineReading(program: Command, define: Define): void {
  define(
    program,
    "log",
    "records, newest last",
    [
      "log",
      "log --type db.statement.denied --since 1h",
      "log --follow --json",
      "log --session 019aa1f2-6f1d-7c31-9a52-0d6f2b1c7e44 --tree",
    ],
    later(async () => (await import("../commands/log.ts")).log),
  )
    .option("--session <id>", "of one session")
    .option("--type <type>", "that begin with this type, or match it: db.*.denied")
    .option("--target <name>", "about one target")
    .option("--level <level>", "at least: debug, info, warning, error, critical")
    .option("--since <time>", "10m, 2h, or 2026-01-31T12:00:00Z")
    .option("--search <text>", "that contain the text")
    .option("--follow", "go on with those that come")
    .option("--limit <n>", "the last N; default: 50")
    .option("--tree", "one session as a tree: prompt, request and answer, tool call, statement, sub-agents")
    .option("--from <n>", "the page of the tree that begins here");
  define(
    program,
    "sessions",
    "the runs of agents, newest first",
    ["sessions --state running", "sessions --project shop --agent claude --json"],
    later(async () => (await import("../commands/sessions.ts")).sessions),
  )
    .option("--project <name>", "of one project")
    .option("--agent <name>", "of one agent")
    .option("--human <name>", "for one person")
    .option("--state <state>", "running, ended, unknown or expired")
    .option("--before <n>", "the page after the one that ended with this")
    .option("--limit <n>", "at most so many, up to 500; default: 50");
  define(
    program,
    "costs",
    "what models cost, the dearest first",
    ["costs --by person --since 7d", "costs --by day --project shop --json"],
    later(async () => (await import("../commands/costs.ts")).costs),
  )
    .option("--by <what>", "person, project, model, session, day or agent; default: model")
    .option("--since <time>", "10m, 2h, or 2026-01-31T12:00:00Z")
    .option("--until <time>", "likewise; not included")
    .option("--project <name>", "of one project")
    .option("--session <id>", "of one session")
    .option("--agent <name>", "of one agent")
    .option("--human <name>", "for one person")
    .option("--after <text>", "the page after the one that ended with this")
    .option("--limit <n>", "at most so many lines, up to 500; default: 100");
  define(
    program,
    "budgets",
    "how budgets for models stand now, the dearest share first",
    ["budgets", "budgets --project shop --json"],
    later(async () => (await import("../commands/budgets.ts")).budgets),
  )
    .option("--project <name>", "only what belongs to one project")
    .option("--after <text>", "the page after the one that ended with this")
    .option("--limit <n>", "at most so many lines, up to 500; default: 100");
  define(
    program,
    "export",
    "the ledger for other systems: its public log, or records; or evidence of one session",
    [
      "export --format csv --since 7d -o week.csv",
      "export --format tlog -o public-log/",
      "export --session 019aa1f2-6f1d-7c31-9a52-0d6f2b1c7e44 --bundle evidence/",
    ],
    later(async () => (await import("../commands/export.ts")).exportRecords),
  )
    .option("--format <format>", "tlog, jsonl, csv, ocsf or ecs; default: jsonl")
    .option("-o, --output <path>", "a new file; `-` for standard output; for tlog a new directory")
    .option("--since <time>", "10m, 2h, or 2026-01-31T12:00:00Z")
    .option("--until <time>", "likewise; not included")
    .option("--session <id>", "of one session")
    .option("--type <type>", "that begin with this type, or match it: db.*.denied")
    .option("--target <name>", "about one target")
    .option("--force", "replace a file that exists")
    .option("--bundle <dir>", "a folder for an auditor: the records of --session, their proofs, and a page");
  define(
    program,
    "replay <session>",
    "play what the terminal of a session showed",
    [
      "replay 019aa1f2-6f1d-7c31-9a52-0d6f2b1c7e44 --speed 2",
      "replay 019aa1f2-6f1d-7c31-9a52-0d6f2b1c7e44 --json > run.cast",
    ],
    later(async () => (await import("../commands/replay.ts")).replay),
  )
    .option("--speed <n>", "so many times as fast; default: 1")
    .option("--idle-max <time>", "no pause is longer than this: 2s, 1m")
    .option(
      "--raw",
      "all that was sent to the terminal, as it was and at once: for a file, not for a terminal",
    );
  const examples = ["show 019aa1f2-6f1d-7c31-9a52-0d6f2b1c7e44", "show 41 --json"];
  define(
    program,
    "show <id>",
    "one action: statement, decision, effect, proof state; or the thread of a session",
    examples,
    async (context, _, [id]) => (await import("../commands/show.ts")).show(context, id as string),
  );
}
