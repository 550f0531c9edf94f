import { escapeText } from "@custody/messages";
import type { NewSession } from "@custody/server";
import { parseDuration } from "../config/duration.ts";
import { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import type { CommandContext } from "./context.ts";

export interface SessionNewOptions {
  readonly agent: string;
  readonly project?: string;
  readonly ttl?: string;
  /** For nobody in particular, so that whoever signed in here may approve what it asks. */
  readonly machine?: boolean;
}

/** Asks the running server for a session, and prints what to hand to the agent. */
export async function sessionNew(context: CommandContext, options: SessionNewOptions): Promise<number> {
  const { agent, machine, project, ttl } = options;
  if (ttl !== undefined && parseDuration(ttl) === undefined)
    throw new CliError("USAGE", `--ttl ${ttl} is no time`, "write 90s, 30m, 12h or 7d");
  const found = ControlClient.find(context.environment, context);
  const client = machine === true ? found.asMachine : found;
  const session = (await client.request("POST", "/api/sessions", { agent, project, ttl })) as NewSession;
  if (context.isJson) context.output.json(session);
  else for (const line of describe(session)) context.output.line(line);
  return 0;
}

/** The lines with `export` can be pasted, or read by `eval`. */
function describe({ agent, env, expires, project, session }: NewSession): string[] {
  const variables = Object.entries(env).map(([name, url]) => `export ${name}=${quote(url)}`);
  return [
    `# session ${session} of ${escapeText(agent)}, project ${escapeText(project)}, until ${expires}`,
    ...(variables.length === 0 ? ["# no target belongs to this project"] : variables),
  ];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
