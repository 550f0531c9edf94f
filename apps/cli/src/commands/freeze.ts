import { escapeText } from "@custody/messages";
import type { FreezeInForce } from "@custody/server";
import { parseDuration } from "../config/duration.ts";
import { ControlClient } from "../control/control-client.ts";
import { CliError } from "../error.ts";
import { describeFreeze, frozenScope } from "../freeze/describe-freeze.ts";
import type { CommandContext } from "./context.ts";

export interface FreezeOptions {
  readonly project?: string;
  readonly all?: boolean;
  readonly reason?: string;
  readonly for?: string;
}

/** From the next statement on nothing is written to it, on any connection. */
export async function freeze(
  context: CommandContext,
  options: FreezeOptions,
  target: string | undefined,
): Promise<number> {
  return ask(context, "freeze", { ...requestOf("freezing", options, target), ...untilOf(options) });
}

/** Writes are allowed again, as far as the policy allows them. */
export async function thaw(
  context: CommandContext,
  options: FreezeOptions,
  target: string | undefined,
): Promise<number> {
  return ask(context, "thaw", requestOf("thawing", options, target));
}

export async function freezes(context: CommandContext): Promise<number> {
  const { environment, isJson, output } = context;
  const answer = await ControlClient.find(environment, context).request("GET", "/api/freezes");
  const { freezes: found } = answer as { readonly freezes: readonly FreezeInForce[] };
  if (isJson) for (const one of found) output.json(one);
  else for (const one of found) output.line(escapeText(describeFreeze(one)));
  if (found.length === 0 && !isJson) output.line("nothing is frozen");
  return 0;
}

async function ask(context: CommandContext, act: "freeze" | "thaw", request: object): Promise<number> {
  const { environment, isJson, output } = context;
  const client = ControlClient.find(environment, context);
  const done = (await client.request("POST", `/api/${act}`, request)) as FreezeInForce;
  if (isJson) output.json(done);
  else if (act === "freeze") output.line(escapeText(describeFreeze(done)));
  else
    output.line(
      escapeText(`${frozenScope(done)} is thawed; it was frozen since ${done.since.slice(0, 19)}Z`),
    );
  return 0;
}

function untilOf({ for: text }: FreezeOptions): { readonly until?: string } {
  if (text === undefined) return {};
  const ms = parseDuration(text);
  if (ms === undefined)
    throw new CliError("USAGE", `--for ${text} is no length of time`, "write it as in 30m, 2h or 7d");
  return { until: new Date(Date.now() + ms).toISOString() };
}

function requestOf(
  what: string,
  { all, project, reason }: FreezeOptions,
  target: string | undefined,
): object {
  const named = [target, project, all === true ? "all" : undefined].filter((one) => one !== undefined);
  if (named.length !== 1 || !reason?.trim())
    throw new CliError(
      "USAGE",
      `${what} needs one thing that is meant, and a reason`,
      "write the target's name, --project NAME or --all, and --reason TEXT",
    );
  return { reason, ...(target && { target }), ...(project && { project }) };
}
