import { escapeText } from "@custody/messages";
import { CliError } from "../error.ts";
import { withDesk } from "../retention/with-desk.ts";
import type { CommandContext } from "./context.ts";
import { describeHold } from "./retention-show.ts";

export interface HoldOptions {
  readonly session?: string;
  readonly project?: string;
  readonly all?: boolean;
  readonly reason?: string;
}

/** Keeps what it covers from being destroyed, until it is released. */
export async function retentionHold(context: CommandContext, options: HoldOptions): Promise<number> {
  const { isJson, output } = context;
  const { all, project, session } = options;
  const isOne = (session !== undefined || project !== undefined) !== (all === true);
  if (!isOne || !options.reason?.trim())
    throw new CliError(
      "USAGE",
      "a hold needs what it covers, and a reason",
      "write --session ID, --project NAME or --all, and --reason TEXT",
    );
  const request = { reason: options.reason, ...(session && { session }), ...(project && { project }) };
  const { hold } = await withDesk(context, (desk) => desk.placeHold(request));
  if (isJson) output.json({ hold });
  else output.line(`hold ${hold} is in force`);
  return 0;
}

export async function retentionRelease(
  context: CommandContext,
  options: { readonly reason?: string },
  hold: string,
): Promise<number> {
  const { isJson, output } = context;
  if (!options.reason?.trim())
    throw new CliError("USAGE", "releasing a hold needs a reason", "write --reason TEXT");
  await withDesk(context, (desk) => desk.releaseHold({ hold, reason: options.reason }));
  if (isJson) output.json({ hold });
  else output.line(escapeText(`hold ${hold} is released`));
  return 0;
}

export async function retentionHolds(context: CommandContext): Promise<number> {
  const { isJson, output } = context;
  const holds = await withDesk(context, (desk) => desk.holds());
  if (isJson) for (const hold of holds) output.json(hold);
  else for (const line of holds.map(describeHold)) output.line(line);
  if (holds.length === 0 && !isJson) output.line("no hold is in force");
  return 0;
}
