import { hostname, userInfo } from "node:os";
import type { RunFacts } from "../agent-sessions/run-facts.ts";
import { gitFacts } from "./git-facts.ts";
import { shellQuote } from "./shell-quote.ts";

/** What the record of the session's start says of the run. */
export async function describeRun(
  command: readonly string[],
  directory: string,
  isTerminal: boolean,
): Promise<RunFacts> {
  return {
    command: shellQuote(command),
    directory,
    host: hostname(),
    isTerminal,
    user: userName(),
    ...(await gitFacts(directory)),
  };
}

/** In a container there may be no name for the number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}
