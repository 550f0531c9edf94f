import type { Command } from "commander";
import type { GuardOptions } from "../commands/guard.ts";
import { type Define, later } from "./define.ts";

/** What starts Custody, and what lets agents in. */
export function defineRunning(program: Command, define: Define): void {
  define(
    program,
    "up",
    "run Custody: the data path and its server; without a custody.yaml, a tour",
    ["up", "up --config /etc/custody.yaml"],
    later(async () => (await import("../commands/up.ts")).up),
  )
    .option("--listen <address>", "where Custody itself answers; default: `listen:` of the configuration")
    .option(
      "--recovery-recipient <recipient...>",
      "an age recipient: make a recovery copy of the master key for it, unless there is one",
    )
    .option("--log-format <format>", "text or json; default: text on a terminal, else json")
    .option("--log-level <level>", "debug, info, warn or error; default: info");
  define<GuardOptions>(
    program,
    "guard <url>",
    "put a database into ./custody.yaml",
    ['guard "$DATABASE_URL"', 'guard "$DATABASE_URL" --name shop --environment production'],
    async (context, options, [url]) =>
      (await import("../commands/guard.ts")).guard(context, url as string, options),
  )
    .option("--name <name>", "how records and rules call it; default: as the database is called")
    .option(
      "--environment <environment>",
      "production, staging, development or disposable; default: production, on loopback development",
    )
    .option("--listen <address>", "where the agent connects; default: a free port of this machine")
    .option("--save-secret", "write the URL to secrets/NAME.url, instead of naming a variable")
    .option("--no-connect", "do not try whether the database lets us in");
  const session = program
    .command("session")
    .description("sessions of agents")
    .helpOption("--help", "print help");
  define(
    session,
    "new",
    "open a session and print what to hand to the agent",
    ["session new --agent my-agent --ttl 2h"],
    later(async () => (await import("../commands/session-new.ts")).sessionNew),
  )
    .requiredOption("--agent <name>", "how records call the agent")
    .option("--project <name>", "default: default")
    .option("--ttl <time>", "how long it may connect: 90s, 30m, 12h, 7d; default: 12h")
    .option("--machine", "for nobody in particular: else who signed in here asks, and may not approve it");
  define(
    session,
    "end <id>",
    "end a session, from outside: its program, and what it may connect to",
    ["session end 019aa1f2-6f1d-7c31-9a52-0d6f2b1c7e44 --reason 'wrong branch'"],
    later(async () => (await import("../commands/session-end.ts")).sessionEnd),
  ).option("--reason <text>", "for the record");
  define(
    program,
    "run <command...>",
    "run an agent as a recorded session, with the addresses of databases and models in its environment",
    ["run -- claude", "run --project shop --agent nightly -- codex exec 'fix the tests'"],
    later(async () => (await import("../commands/run.ts")).run),
  )
    .option("--project <name>", "default: default")
    .option("--agent <name>", "how records call it; default: the command's name")
    .option("--record-input", "record what is typed as well, passwords included");
  define(
    program,
    "open",
    "a link to the page, for one sign-in",
    ["open", "open --print"],
    later(async () => (await import("../commands/open.ts")).open),
  ).option("--print", "only print it");
  const tour = program
    .command("tour")
    .description("the tour that `up` gives without a custody.yaml")
    .helpOption("--help", "print help");
  define(
    tour,
    "rm",
    "remove the tour of this folder",
    ["tour rm"],
    later(async () => (await import("../commands/tour-rm.ts")).tourRm),
  );
  define(
    program,
    "status",
    "what is running, and where",
    ["status", "status --json"],
    later(async () => (await import("../commands/status.ts")).status),
  );
}
