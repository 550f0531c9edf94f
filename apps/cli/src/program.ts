import { escapeText } from "@custody/messages";
import { Command, CommanderError } from "commander";
import type { Environment } from "./environment.ts";
import type { Define, Run } from "./program/define.ts";
import { defineFreezing } from "./program/freezing.ts";
import { defineKeys } from "./program/keys.ts";
import { defineOperating } from "./program/operating.ts";
import { definePolicies } from "./program/policies.ts";
import { defineProving } from "./program/proving.ts";
import { defineReading } from "./program/reading.ts";
import { defineRetention } from "./program/retention.ts";
import { defineRunning } from "./program/running.ts";
import { defineSimulating } from "./program/simulating.ts";
import { defineTargets } from "./program/targets.ts";
import { defineWitnessing } from "./program/witnessing.ts";
import type { Output } from "./terminal/output.ts";

/** In the order in which help lists them. */
const GROUPS = [
  defineRunning,
  defineSimulating,
  definePolicies,
  defineReading,
  defineProving,
  defineKeys,
  defineWitnessing,
  defineTargets,
  defineFreezing,
  defineRetention,
  defineOperating,
];

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
    .option("--config <file>", "the configuration; default: ./custody.yaml")
    .helpOption("--help", "print help")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(usageError(text)) })
    .exitOverride();
  const define: Define = <Options>(
    parent: Command,
    usage: string,
    about: string,
    examples: readonly string[],
    run: Run<Options>,
  ): Command => {
    const command = parent.command(usage).description(about);
    command.option("--json", "machine output").helpOption("--help", "print help");
    command.addHelpText(
      "after",
      `\nExamples:\n${examples.map((example) => `  $ custody ${example}\n`).join("")}`,
    );
    command.action(async () => {
      const { config, data, json } = command.optsWithGlobals() as Globals;
      const context = { config, data, environment, isJson: json === true, output };
      const options = { ...command.opts(), ...(config === undefined ? undefined : { config }) };
      exitCode = await run(context, options as Options, command.args);
    });
    return command;
  };
  for (const defineGroup of GROUPS) defineGroup(program, define);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return exitCode;
}

/** What every command is asked with. */
interface Globals {
  readonly json?: boolean;
  readonly data?: string;
  readonly config?: string;
}

/** What the parser of arguments has to say, in the form that all errors have. It repeats what it was given. */
function usageError(text: string): string {
  const what = text
    .replace(/^error: /, "")
    .trimEnd()
    .replaceAll("\n", " ");
  return `custody: ${escapeText(what)} — see --help (USAGE)\n`;
}
