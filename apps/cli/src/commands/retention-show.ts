import type { ScopedKey } from "@custody/ledger";
import { escapeText } from "@custody/messages";
import { readConfig } from "../config/read-config.ts";
import { type Hold, readHolds } from "../retention/holds.ts";
import { surveyKeys } from "../retention/key-usage.ts";
import { judge, type Verdict } from "../retention/plan.ts";
import { keepOf, OWN_CLASSES, type RetentionRules } from "../retention/retention-rules.ts";
import type { CommandContext } from "./context.ts";
import { openReader } from "./open-reader.ts";

export interface RetentionOptions {
  readonly config?: string;
}

/** The whole ledger as retention sees it. */
export interface Judged {
  readonly rules: RetentionRules;
  readonly verdicts: readonly Verdict[];
  readonly holds: readonly Hold[];
  /** How many entries were looked at. */
  readonly size: number;
}

const DAY_MS = 86_400_000;

export async function judgeLedger(context: CommandContext, { config }: RetentionOptions): Promise<Judged> {
  const { environment, output } = context;
  const rules = readConfig(environment.workingDirectory, config).retention;
  const reader = await openReader(context);
  const keys: ScopedKey[] = [];
  for await (const key of reader.keys()) keys.push(key);
  const usage = await surveyKeys(reader, (entries, of) =>
    output.progress(`${entries} of ${of} entries read`),
  );
  const holds = [...(await readHolds(reader)).values()];
  output.progress("");
  return { holds, rules, size: reader.size, verdicts: judge(keys, usage, rules, holds, Date.now()) };
}

export interface ClassSummary {
  readonly class: string;
  /** In days; null: for ever. */
  readonly keepDays: number | null;
  readonly isConfigured: boolean;
  readonly keys: number;
  readonly entries: number;
  readonly dueKeys: number;
  readonly dueEntries: number;
  readonly heldKeys: number;
  /** When the next of its keys is due; null when none ever is. */
  readonly nextDue: string | null;
}

/** What each class holds, the configured ones first. */
export function summarize({ rules, verdicts }: Pick<Judged, "rules" | "verdicts">): ClassSummary[] {
  const names = [
    ...OWN_CLASSES,
    ...rules.classes.map(({ name }) => name),
    ...verdicts.map(({ scope }) => scope.class),
  ];
  return [...new Set(names)].map((name) => {
    const own = verdicts.filter(({ scope }) => scope.class === name);
    const due = own.filter(({ state }) => state === "due");
    const keep = keepOf(rules, name);
    const next = own
      .filter(({ state }) => state === "kept")
      .flatMap(({ dueMs }) => (dueMs === undefined ? [] : [dueMs]));
    return {
      class: name,
      dueEntries: entriesOf(due),
      dueKeys: due.length,
      entries: entriesOf(own),
      heldKeys: own.filter(({ state }) => state === "held").length,
      isConfigured: keep !== "unknown",
      keepDays: typeof keep === "number" ? keep / DAY_MS : null,
      keys: own.length,
      nextDue: next.length === 0 ? null : new Date(Math.min(...next)).toISOString(),
    };
  });
}

export function describeClasses(judged: Pick<Judged, "rules" | "verdicts">): string[] {
  return summarize(judged).map((each) => {
    const period = each.isConfigured
      ? each.keepDays === null
        ? "kept for ever"
        : `kept ${each.keepDays} days`
      : "not in custody.yaml, so kept";
    const held = each.heldKeys > 0 ? `, ${each.heldKeys} keys held` : "";
    const due = each.dueEntries > 0 ? `, ${each.dueEntries} due` : "";
    const next = each.nextDue === null ? "" : `, next due ${each.nextDue.slice(0, 10)}`;
    return escapeText(
      `${each.class}: ${period}; ${each.entries} records under ${each.keys} keys${due}${held}${next}`,
    );
  });
}

/** Shows how long what is kept, and what is due. */
export async function retentionShow(context: CommandContext, options: RetentionOptions): Promise<number> {
  const { isJson, output } = context;
  const judged = await judgeLedger(context, options);
  const { holds, rules } = judged;
  if (isJson) output.json({ classes: summarize(judged), holds, minimumDays: rules.minimumMs / DAY_MS });
  else {
    for (const line of describeClasses(judged)) output.line(line);
    for (const hold of holds) output.line(describeHold(hold));
  }
  return 0;
}

export function describeHold({ id, placedAt, project, reason, session }: Hold): string {
  const covered = [session && `session ${session}`, project && `project ${project}`]
    .filter(Boolean)
    .join(", ");
  return escapeText(`hold ${id} on ${covered || "everything"} since ${placedAt.slice(0, 10)}: ${reason}`);
}

function entriesOf(verdicts: readonly Verdict[]): number {
  return verdicts.reduce((sum, { usage }) => sum + usage.entries, 0);
}
