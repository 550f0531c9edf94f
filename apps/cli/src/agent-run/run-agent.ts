import { basename } from "node:path";
import type { NewSession } from "@custody/server";
import type { CommandContext } from "../commands/context.ts";
import { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import { agentEnvironment, presetInput } from "./agent-environment.ts";
import { describeRun } from "./describe-run.ts";
import { findProgram, NOT_FOUND_STATUS } from "./find-program.ts";
import { runInTerminal } from "./in-terminal.ts";
import { secretsIn } from "./known-secrets.ts";
import { presetCommand } from "./presets/all-presets.ts";
import { type RunningProgram, statusOf } from "./program.ts";
import { RecordedRun, type RunOutcome } from "./recorded-run.ts";
import { shellQuote } from "./shell-quote.ts";
import { runWithPipes } from "./with-pipes.ts";

export interface AgentRunOptions {
  readonly project?: string;
  readonly agent?: string;
  readonly recordInput?: boolean;
}

/** What is said to us, and meant for the program. */
const PASSED_ON = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGUSR1", "SIGUSR2"] as const;

/**
 * Runs a command as an agent's session. Nothing is run that Custody does not know of: the session comes first. What runs
 * goes on when Custody does not.
 *
 * @returns the command's own status, as a shell would have it
 */
export async function runAgent(
  context: CommandContext,
  options: AgentRunOptions,
  given: readonly string[],
): Promise<number> {
  const { environment, isJson, output } = context;
  const { variables, workingDirectory: directory } = environment;
  const [name = ""] = given;
  const file = findProgram(name, directory, variables["PATH"]);
  if (typeof file === "number") {
    output.hint(
      `custody: ${name}: ${file === NOT_FOUND_STATUS ? "command not found" : "it cannot be executed"}`,
    );
    return file;
  }
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const connect = () => ControlClient.find(environment, context);
  const session = await openSession(connect(), options, given, directory, isTerminal);
  const input = presetInput(session, variables);
  const command = presetCommand(given, input);
  const agentVariables = agentEnvironment(session, input);
  let program: RunningProgram | undefined;
  let stopping: Promise<void> | undefined;
  const run = new RecordedRun({
    command: shellQuote(given),
    connect,
    onStopped: () => {
      stopping = program?.stop();
    },
    recordsInput: options.recordInput === true,
    secrets: secretsIn({ ...variables, ...agentVariables }),
    session,
    terminal: agentVariables["TERM"],
  });
  const start = { command, directory, environment: agentVariables, file };
  program = isTerminal ? runInTerminal(start, run) : runWithPipes(start, run);
  const passOn = (signal: NodeJS.Signals) => program?.signal(signal);
  for (const signal of PASSED_ON) process.on(signal, passOn);
  const end = await program.ended;
  // Of what it has started, something may be left.
  await stopping;
  const outcome = await run.end(end);
  for (const signal of PASSED_ON) process.off(signal, passOn);
  if (isJson) output.hint(JSON.stringify({ session: session.session, ...end, ...outcome }));
  else tell(output, session.session, outcome);
  return statusOf(end);
}

async function openSession(
  client: ControlClient,
  { agent, project }: AgentRunOptions,
  command: readonly string[],
  directory: string,
  isTerminal: boolean,
): Promise<NewSession & { readonly runToken: string }> {
  const request = {
    agent: agent ?? basename(command[0] ?? ""),
    project,
    run: await describeRun(command, directory, isTerminal),
  };
  const session = (await client.request("POST", "/api/sessions", request)) as NewSession;
  const { runToken } = session;
  if (runToken === undefined)
    throw new CliError(
      "SERVER_REFUSED",
      "the server does not know runs",
      "update the server to this version",
    );
  return { ...session, runToken };
}

/** Only what is not as it should be: whoever runs a command sees what it says, and nothing of ours. */
function tell(output: CommandContext["output"], session: string, { isRecorded, over }: RunOutcome): void {
  if (over === "stopped") output.hint(`custody: the session ${session} was stopped from outside`);
  else if (over === "unknown")
    output.hint(
      `custody: Custody had not heard of the session ${session} for 30 seconds and closed it; what followed is not recorded`,
    );
  else if (!isRecorded)
    output.hint(
      `custody: not all of the session ${session} could be recorded, since Custody did not answer — see custody log --session ${session}`,
    );
}
