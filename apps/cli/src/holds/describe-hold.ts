import type { Parameter, SampledRows } from "@custody/domain";
import { countsText } from "@custody/gateway/words";
import { reveal } from "@custody/messages";
import type { ShownHold } from "@custody/policy";
import type { HoldListing, HoldPrompt } from "@custody/server";
import { sampleLines } from "./sample-lines.ts";

/** One line for a list; nothing in it is escaped yet. */
export function holdLine({ agreed, approvers, expiresAt, id, state, target, text }: HoldListing): string {
  const shown = JSON.parse(text) as ShownHold;
  const what = shown.statements.map(({ verb }) => verb).join("; ");
  const said = approvers > 1 ? `, ${agreed.length} of ${approvers} have said yes` : "";
  return `${id}  ${stateText(state)}  ${what} on ${target} by ${shown.asker.agent}, until ${expiresAt.slice(11, 19)}Z${said}`;
}

/** What is shown beside what a hold itself says. */
export interface HoldContext {
  readonly prompt: HoldPrompt | null;
  /** Null where the hold names none, or they are not on record any more. */
  readonly rows: SampledRows | null;
}

/** All that a human should see before deciding. Everything is safe to print. Without `context` it says nothing of that. */
export function holdLines(listing: HoldListing, context?: HoldContext): string[] {
  const shown = JSON.parse(listing.text) as ShownHold;
  const { asker, role, searchPath, target } = shown;
  const lines = [
    `hold      ${listing.id}, ${stateText(listing.state)}`,
    `target    ${target.name} (${target.environment}), database ${target.database}, system ${target.identity || "unknown"}`,
    `role      ${role}, search path ${searchPath}${shown.isInTransaction ? ", in an open transaction" : ""}`,
    `asked by  ${asker.agent} for ${asker.human || "nobody"}, session ${asker.session}, project ${asker.project}`,
    ...(context === undefined ? [] : promptLines(context.prompt)),
    `rule      ${shown.rule}: ${shown.reasons.join("; ")}`,
    ...shown.statements.flatMap(({ parameters, text }) => [
      ...text.split("\n").map((line, at) => `${at === 0 ? "statement " : "          "}${line}`),
      ...parameters.map((one) => `value     $${one.index} = ${valueText(one)}`),
    ]),
    ...(shown.runs ?? []).flatMap((text) =>
      text.split("\n").map((line, at) => `${at === 0 ? "which runs" : "          "} ${line}`),
    ),
    ...impactLines(shown),
    ...(context === undefined || shown.rows === undefined ? [] : rowLines(context.rows)),
    `until     ${shown.expiresAt.slice(0, 19)}Z${shown.waits ? ", the client waits" : ", the client comes again"}`,
    ...(shown.approvers > 1
      ? [`approvers ${shown.approvers}, and ${listing.agreed.length} have said yes`]
      : []),
  ];
  const revealed = lines.map(reveal);
  const warnings = [...new Set(revealed.flatMap((line) => line.warnings))];
  return [...revealed.map(({ text }) => text), ...warnings.map((warning) => `WARNING   ${warning}`)];
}

function rowLines(rows: SampledRows | null): string[] {
  return rows === null
    ? ["changed   the rows that were shown are not on record any more"]
    : sampleLines(rows);
}

function promptLines(prompt: HoldPrompt | null): string[] {
  if (prompt === null)
    return ["told      nothing that passed Custody: no prompt of this session is on record"];
  const { by, characters, index, text } = prompt;
  const how = by === "tool" ? "by the call of a tool that ran then" : "the newest of its session";
  const rest = characters > text.length ? "…" : "";
  return [
    ...`${text}${rest}`.split("\n").map((line, at) => `${at === 0 ? "told      " : "          "}${line}`),
    `          (record ${index}, ${how})`,
  ];
}

function impactLines({ impact, unenforceable }: ShownHold): string[] {
  const bound = unenforceable === undefined ? [] : [`impact    not enforceable: ${unenforceable}`];
  if (impact === undefined) return ["impact    not found out", ...bound];
  const isSimulated = impact.outcome === "simulated";
  return [
    ...(isSimulated ? [] : [`impact    ${impact.outcome}: ${impact.reason}`]),
    ...(isSimulated && impact.byTable.length === 0 ? ["rows      no row would change"] : []),
    ...impact.byTable.map((rows) => `rows      ${rows.schema}.${rows.name}: ${countsText(rows)}`),
    ...impact.dropped.map((what) => `drops     ${what}`),
    ...impact.created.map((what) => `creates   ${what}`),
    ...impact.sideEffects.map((what) => `stays     ${what}`),
    ...impact.notes.map((what) => `note      ${what}`),
    ...bound,
  ];
}

function valueText({ hex, null: isNull, type, value }: Parameter): string {
  if (isNull) return "NULL";
  return hex === undefined ? `${JSON.stringify(value)} (${type})` : `0x${hex} (${type})`;
}

function stateText(state: HoldListing["state"]): string {
  return state === "requested" ? "waits" : state;
}
