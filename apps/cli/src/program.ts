import { Command, CommanderError } from "commander";
import { check } from "./commands/check.ts";
import type { CommandContext } from "./commands/context.ts";
import { keysVerifier } from "./commands/keys-verifier.ts";
import { log } from "./commands/log.ts";
import { prove } from "./commands/prove.ts";
import { sessionNew } from "./commands/session-new.ts";
import { show } from "./commands/show.ts";
import { status } from "./commands/status.ts";
import { up } from "./commands/up.ts";
import { verify } from "./commands/verify.ts";
import type { Environment } from "./environment.ts";
import type { Output } from "./terminal/output.ts";

type Run<Options> = (context: CommandContext, options: Options, args: readonly string[]) => Promise<number>;

/** Reads the command line, runs the command, and returns the exit code. */
export async function runProgram(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<number> {
  let exitCode = 0;
  const program = new Command("custody")
    .description(
      "Chain of custody for AI coding agents: what they did to your data, what policy said, and proof.",
    )
    .version(environment.version, "--version", "print the version")
    .option("--data <dir>", "the data directory; else CUSTODY_HOME, else `data:` of ./custody.yaml")
    .helpOption("--help", "print help")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(usageError(text)) })
    .exitOverride();
  const define = <Options>(
    parent: Command,
    usage: string,
    about: string,
    examples: string[],
    run: Run<Options>,
  ): Command => {
    const command = parent.command(usage).description(about);
    command.option("--json", "machine output").helpOption("--help", "print help");
    command.addHelpText(
      "after",
      `\nExamples:\n${examples.map((example) => `  $ custody ${example}\n`).join("")}`,
    );
    command.action(async () => {
      const { json, data } = command.optsWithGlobals() as { json?: boolean; data?: string };
      const context = { data, environment, isJson: json === true, output };
      exitCode = await run(context, command.opts() as Options, command.args);
    });
    return command;
  };
  defineCommands(program, define);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}

/** What the parser of arguments has to say, in the form that all errors have. */
function usageError(text: string): string {
  const what = text
    .replace(/^error: /, "")
    .trimEnd()
    .replaceAll("\n", " ");
  return `custody: ${what} — see --help (USAGE)\n`;
}

type Define = <Options>(
  parent: Command,
  usage: string,
  about: string,
  examples: string[],
  run: Run<Options>,
) => Command;

function defineCommands(program: Command, define: Define): void {
  define(
    program,
    "up",
    "run Custody: the data path and its server",
    ["up", "up --config /etc/custody.yaml"],
    up,
  )
    .option("--config <file>", "default: ./custody.yaml")
    .option("--listen <address>", "where Custody itself answers; default: `listen:` of the configuration");
  const session = program
    .command("session")
    .description("sessions of agents")
    .helpOption("--help", "print help");
  define(
    session,
    "new",
    "open a session and print what to hand to the agent",
    ["session new --agent my-agent --ttl 2h"],
    sessionNew,
  )
    .requiredOption("--agent <name>", "how records call the agent")
    .option("--project <name>", "default: default")
    .option("--ttl <time>", "how long it may connect: 90s, 30m, 12h, 7d; default: 12h");
  defineReading(program, define);
  defineProving(program, define);
  define(program, "status", "what is running, and where", ["status", "status --json"], status);
}

function defineReading(program: Command, define: Define): void {
  define(
    program,
    "log",
    "records, newest last",
    ["log", "log --type db.statement.denied --since 1h", "log --follow --json"],
    log,
  )
    .option("--session <id>", "of one session")
    .option("--type <type>", "that begin with this type, or match it: db.*.denied")
    .option("--target <name>", "about one target")
    .option("--level <level>", "at least: debug, info, warning, error, critical")
    .option("--since <time>", "10m, 2h, or 2026-01-31T12:00:00Z")
    .option("--search <text>", "that contain the text")
    .option("--follow", "go on with those that come")
    .option("--limit <n>", "the last N; default: 50");
  const examples = ["show 019aa1f2-6f1d-7c31-9a52-0d6f2b1c7e44", "show 41 --json"];
  define(
    program,
    "show <id>",
    "one action: statement, decision, effect, proof state",
    examples,
    (context, _, [id]) => show(context, id as string),
  );
}

function defineProving(program: Command, define: Define): void {
  define(
    program,
    "verify",
    "check the whole ledger offline",
    ["verify", "verify --checkpoint old-checkpoint.txt"],
    verify,
  ).option("--checkpoint <file>", "an older checkpoint, kept elsewhere: history must still begin with it");
  define<{ output?: string }>(
    program,
    "prove <id>",
    "a receipt for one record",
    ["prove 41 -o receipt.txt"],
    (context, options, [id]) => prove(context, id as string, options),
  ).option("-o, --output <file>", "default: standard output");
  define<{ key: string }>(
    program,
    "check <file>",
    "check a receipt, on any machine",
    ['check receipt.txt --key "$(custody keys verifier)"'],
    (context, options, [file]) => check(context, file as string, options),
  ).requiredOption("--key <key>", "what `custody keys verifier` printed, or a file with it");
  const keys = program.command("keys").description("the ledger's keys").helpOption("--help", "print help");
  define(
    keys,
    "verifier",
    "print the public key that receipts are checked with",
    ["keys verifier"],
    keysVerifier,
  );
}
