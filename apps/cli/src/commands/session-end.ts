import { ControlClient } from "../control/control-client.ts";
import type { CommandContext } from "./context.ts";

export interface SessionEndOptions {
  readonly reason?: string;
}

/** Ends a session: its program, where `custody run` runs it, and whatever it may connect to. */
export async function sessionEnd(
  context: CommandContext,
  { reason }: SessionEndOptions,
  [id = ""]: readonly string[],
): Promise<number> {
  const client = ControlClient.find(context.environment, context);
  const path = `/api/sessions/${encodeURIComponent(id)}/stop`;
  const ended = (await client.request("POST", path, { reason })) as { session: string; project: string };
  if (context.isJson) context.output.json(ended);
  else context.output.line(`the session ${ended.session} has ended; its credentials open nothing any more`);
  return 0;
}
