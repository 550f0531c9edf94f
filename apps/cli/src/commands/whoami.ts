import { escapeText } from "@custody/messages";
import { ControlClient } from "../control/control-client.ts";
import type { CommandContext } from "./context.ts";

/** What `GET /api/me` answers. */
export interface Me {
  readonly name: string;
  readonly kind: string;
  readonly method: string;
  readonly roles: readonly string[];
  readonly expires: string | null;
}

export function meLine({ method, name, roles }: Me): string {
  return `${name} (${method}${roles.length === 0 ? "" : `; ${roles.join(", ")}`})`;
}

/** Who the server takes this command line for. */
export async function whoami(context: CommandContext): Promise<number> {
  const client = ControlClient.find(context.environment, context);
  const me = (await client.request("GET", "/api/me")) as Me;
  if (context.isJson) context.output.json(me);
  else context.output.line(escapeText(meLine(me)));
  return 0;
}
