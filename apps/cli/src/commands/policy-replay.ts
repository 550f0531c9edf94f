import { actionStep } from "@custody/domain";
import type { GatewayPolicy } from "@custody/gateway/rules";
import { escapeText } from "@custody/messages";
import { pastAction, Replay, ReplayTotals, rowsChanged } from "@custody/policy";
import { CliError } from "../error.ts";
import { matchingEntries } from "../export/matching-entries.ts";
import { replayLines, replayNotes } from "../policy/describe-replay.ts";
import { meantPolicy } from "../policy/meant-policy.ts";
import { pageLimit } from "../policy/page-limit.ts";
import { recordFilter } from "../records/filter.ts";
import type { CommandContext } from "./context.ts";
import { openReader } from "./open-reader.ts";

export interface PolicyReplayOptions {
  readonly since: string;
  readonly policy?: string;
  readonly target?: string;
  readonly limit?: string;
  readonly after?: string;
}

/** Asks a policy about what the ledger has, and tells about what it would have decided otherwise. */
export async function policyReplay(context: CommandContext, options: PolicyReplayOptions): Promise<number> {
  const { isJson, output } = context;
  const totals = new ReplayTotals({ after: afterOf(options.after), limit: pageLimit(options.limit) });
  const policy = meantPolicy(context, options.policy);
  await replayInto(totals, policy, context, options);
  const { asked, byEffect, byRule, differing, inDoubt, next, page, unasked } = totals;
  const notes = replayNotes(totals);
  if (isJson)
    output.json({
      policy: { file: policy.origin, digest: policy.digest },
      asked,
      byEffect,
      byRule,
      differing,
      inDoubt,
      unasked,
      differences: page,
      next: next ?? null,
      notes,
    });
  else for (const line of replayLines(policy, totals, notes)) output.line(escapeText(line));
  return 0;
}

async function replayInto(
  totals: ReplayTotals,
  { compiled }: GatewayPolicy,
  context: CommandContext,
  { since, target }: PolicyReplayOptions,
): Promise<void> {
  const reader = await openReader(context);
  const asked = { since, type: "db.statement.*", ...(target === undefined ? undefined : { target }) };
  const filter = recordFilter(asked, reader, Date.now());
  const replay = new Replay(compiled);
  const onWindow = (end: number) => context.output.progress(`${end} of ${reader.size} records`);
  for await (const { record } of matchingEntries(reader, filter, onWindow)) {
    if (actionStep(record.type) !== "closes" || record.decision === undefined) continue;
    const action = pastAction(record);
    if (action === undefined) continue;
    if (record.decision.policy === "") totals.unasked += 1;
    else totals.add(record, record.decision, replay.ask(action, rowsChanged(record)));
  }
  context.output.progress("");
}

function afterOf(text: string | undefined): number {
  if (text === undefined) return -1;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CliError("USAGE", `--after ${text} is no index`, "give the `next` of the page before");
}
