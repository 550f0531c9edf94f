import { escapeText } from "@custody/messages";
import { parseDuration } from "../config/duration.ts";
import { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import { type RoleOptions, rolesOf } from "../sign-in/roles-of.ts";
import type { CommandContext } from "./context.ts";

interface Token {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly userName: string;
  readonly roles: readonly string[] | null;
  readonly expires: string;
}

export interface TokenCreateOptions extends RoleOptions {
  readonly name: string;
  readonly for?: string;
  readonly expires?: string;
}

export async function tokensList(context: CommandContext): Promise<number> {
  const { isJson, output } = context;
  const client = clientOf(context);
  for (let after: string | null = ""; after !== null; ) {
    const query: string = after === "" ? "" : `&after=${encodeURIComponent(after)}`;
    const page = (await client.request("GET", `/api/tokens?limit=500${query}`)) as {
      readonly tokens: readonly Token[];
      readonly next: string | null;
    };
    for (const token of page.tokens) {
      if (isJson) output.json(token);
      else output.line(escapeText(tokenLine(token)));
    }
    after = page.next;
  }
  return 0;
}

/** Makes a token, and prints it: this once. */
export async function tokensCreate(context: CommandContext, options: TokenCreateOptions): Promise<number> {
  const { expires, for: kind, name } = options;
  const ttlMs = expires === undefined ? undefined : parseDuration(expires);
  if (expires !== undefined && ttlMs === undefined)
    throw new CliError("USAGE", `--expires ${expires} is no time`, "write 12h or 30d");
  const roles = rolesOf(options);
  const answer = (await clientOf(context).request("POST", "/api/tokens", { kind, name, roles, ttlMs })) as {
    readonly token: string;
    readonly expires: string;
  };
  const { isJson, output } = context;
  if (isJson) output.json(answer);
  else {
    output.line(escapeText(answer.token));
    output.hint(`custody: it is shown this once, and holds until ${answer.expires}`);
  }
  return 0;
}

export async function tokensRevoke(context: CommandContext, id: string): Promise<number> {
  await clientOf(context).request("POST", `/api/tokens/${encodeURIComponent(id)}/revoke`, {});
  if (context.isJson) context.output.json({ id });
  else context.output.line(escapeText(`${id} is revoked`));
  return 0;
}

function clientOf(context: CommandContext): ControlClient {
  return ControlClient.find(context.environment, context);
}

function tokenLine({ expires, id, kind, name, roles, userName }: Token): string {
  return `${id}  ${name}  ${kind} of ${userName}  ${roles === null ? "all of theirs" : roles.join(", ")}  until ${expires}`;
}
