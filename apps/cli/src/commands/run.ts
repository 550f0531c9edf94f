import { type AgentRunOptions, runAgent } from "../agent-run/run-agent.ts";
import { CliError } from "../error.ts";
import type { CommandContext } from "./context.ts";

/** Runs a command as a recorded session of an agent; its exit status is the command's. */
export async function run(
  context: CommandContext,
  options: AgentRunOptions,
  command: readonly string[],
): Promise<number> {
  if (process.platform === "win32")
    throw new CliError("USAGE", "custody run needs the terminals of a POSIX system", "run it in WSL");
  return runAgent(context, options, command);
}
