import { escapeText } from "@custody/messages";
import { CliError } from "../error.ts";
import { serverText, targetLines } from "../targets/describe-target.ts";
import { askTargets, askToPin } from "../targets/with-targets.ts";
import type { CommandContext } from "./context.ts";

/** The targets, and the server that each is held to. That one is refused is an answer, not a failure of asking. */
export async function targetList(context: CommandContext): Promise<number> {
  const { isJson, output } = context;
  const targets = await askTargets(context);
  if (isJson) for (const target of targets) output.json(target);
  else for (const line of targets.flatMap(targetLines)) output.line(escapeText(line));
  if (targets.length === 0 && !isJson) output.line("no target is configured");
  return 0;
}

export interface TargetPinOptions {
  readonly system?: string;
  readonly reason?: string;
}

/** Holds a target to the server that answers for it now. */
export async function targetPin(
  context: CommandContext,
  { reason, system }: TargetPinOptions,
  target: string,
): Promise<number> {
  const { isJson, output } = context;
  if (!reason?.trim()) throw new CliError("USAGE", "pinning a target needs a reason", "write --reason TEXT");
  const request = { reason, target, ...(system === undefined ? undefined : { system }) };
  const done = await askToPin(context, request);
  if (isJson) output.json(done);
  else {
    output.line(escapeText(`was  ${done.previous === null ? "not pinned" : serverText(done.previous)}`));
    output.line(escapeText(`now  ${serverText(done.pinned)}`));
  }
  if (done.pinned.partial)
    output.hint(
      "custody: the role may not ask for the system's identifier, so this pin is partial: GRANT EXECUTE ON FUNCTION pg_control_system() TO it, and pin anew",
    );
  return 0;
}
