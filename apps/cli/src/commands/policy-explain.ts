import { escapeText } from "@custody/messages";
import { explain, type Known, type Policy, pastAction, rowsChanged } from "@custody/policy";
import { CliError } from "../error.ts";
import { explanationLines } from "../policy/describe-explanation.ts";
import { meantPolicy } from "../policy/meant-policy.ts";
import { recordedPolicy } from "../policy/recorded-policy.ts";
import { countersBefore } from "../policy/session-history.ts";
import { findAction, principalOf } from "../records/find-action.ts";
import type { CommandContext } from "./context.ts";
import { openReader } from "./open-reader.ts";

/** Which rule decided about an action, and what every rule has to say about it: those of then, and those of today. */
export async function policyExplain(context: CommandContext, id: string): Promise<number> {
  const { isJson, output } = context;
  const today = meantPolicy(context, undefined);
  const reader = await openReader(context);
  const record = principalOf(await findAction(reader, id));
  const { decision } = record;
  const action = pastAction(record);
  if (decision === undefined || action === undefined)
    throw new CliError(
      "NOT_FOUND",
      `record ${record.index} is no statement about which a policy was asked`,
      "look for one with `custody log --type db.statement`",
    );
  const known: Known = { byTable: rowsChanged(record), counters: await countersBefore(reader, record) };
  const explained = (policy: Policy) => explain(policy, action, known);
  const recorded = decision.policy === "" ? undefined : await recordedPolicy(reader, decision.policy);
  const past = recorded && explained(recorded.policy);
  const present = explained(today.compiled);
  if (isJson)
    output.json({
      action: record.action,
      index: record.index,
      decision,
      rows: known.byTable ?? null,
      atTheTime: recorded && past ? { loaded: recorded.index, ...whatIs(recorded.policy), ...past } : null,
      today: { ...whatIs(today), ...present },
    });
  else
    for (const line of explanationLines({ decision, past, present, record, recorded, today }))
      output.line(escapeText(line));
  return 0;
}

function whatIs({ digest, origin }: Pick<Policy, "digest" | "origin">) {
  return { file: origin, digest };
}
