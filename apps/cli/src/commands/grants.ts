import { escapeText } from "@custody/messages";
import type { GrantInForce } from "@custody/server";
import { parseDuration } from "../config/duration.ts";
import { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import type { CommandContext } from "./context.ts";

export interface GrantOptions {
  readonly session?: string;
  readonly verb?: readonly string[];
  readonly object?: readonly string[];
  readonly for?: string;
  readonly reason?: string;
}

/** Lets one session do named things to named objects, without asking each time. */
export async function grant(context: CommandContext, options: GrantOptions, target: string): Promise<number> {
  const { object, reason, session, verb } = options;
  const ms = parseDuration(options.for ?? "10m");
  if (ms === undefined)
    throw new CliError("USAGE", `--for ${options.for} is no length of time`, "write it as in 10m");
  if (!session || !verb?.length || !object?.length || !reason?.trim())
    throw new CliError(
      "USAGE",
      "a grant needs who, what, on what, and why",
      "write --session ID, --verb VERB…, --object SCHEMA.NAME… and --reason TEXT",
    );
  const request = { minutes: Math.ceil(ms / 60_000), objects: object, reason, session, target, verbs: verb };
  return show(context, (await client(context).request("POST", "/api/grants", request)) as GrantInForce);
}

export async function endGrant(
  context: CommandContext,
  { reason }: { readonly reason?: string },
  id: string,
): Promise<number> {
  if (!reason?.trim()) throw new CliError("USAGE", "ending a grant needs a reason", "write --reason TEXT");
  const ended = await client(context).request("POST", "/api/grants/end", { grant: id, reason });
  return show(context, ended as GrantInForce);
}

export async function grants(context: CommandContext): Promise<number> {
  const { isJson, output } = context;
  const answer = (await client(context).request("GET", "/api/grants")) as { grants: readonly GrantInForce[] };
  for (const one of answer.grants) show(context, one);
  if (answer.grants.length === 0 && !isJson) output.line("no grant is in force");
  return 0;
}

function client({ environment, ...context }: CommandContext): ControlClient {
  return ControlClient.find(environment, context);
}

function show({ isJson, output }: CommandContext, one: GrantInForce): number {
  const { by, id, objects, session, target, until, verbs } = one;
  if (isJson) output.json(one);
  else
    output.line(
      escapeText(
        `${id}  ${verbs.join(", ")} on ${objects.join(", ")} of ${target}, for session ${session}, until ${until.slice(0, 19)}Z, by ${by.name}`,
      ),
    );
  return 0;
}
