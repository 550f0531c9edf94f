import { CliError } from "../error.ts";
import { eraseKeys } from "../retention/erase-keys.ts";
import type { Verdict } from "../retention/plan.ts";
import { keepOf } from "../retention/retention-rules.ts";
import { waitForPurge, withDesk } from "../retention/with-desk.ts";
import type { CommandContext } from "./context.ts";
import { describeClasses, judgeLedger, type RetentionOptions, summarize } from "./retention-show.ts";

export interface RetentionApplyOptions extends RetentionOptions {
  readonly dryRun?: boolean;
  readonly class?: string;
}

/** Destroys whatever is older than its class is kept. */
export async function retentionApply(
  context: CommandContext,
  options: RetentionApplyOptions,
): Promise<number> {
  const { isJson, output } = context;
  const judged = await judgeLedger(context, options);
  const named = options.class;
  if (named !== undefined && keepOf(judged.rules, named) === "unknown")
    throw new CliError(
      "NOT_FOUND",
      `there is no retention class ${named}`,
      "custody.yaml has them under `retention`",
    );
  const due = judged.verdicts.filter(
    ({ scope, state }) => state === "due" && (named ?? scope.class) === scope.class,
  );
  const entries = due.reduce((sum, { usage }) => sum + usage.entries, 0);
  if (options.dryRun || due.length === 0) {
    if (isJson)
      output.json({
        dryRun: options.dryRun === true,
        keys: due.length,
        entries,
        orders: [],
        purged: true,
        classes: summarize(judged),
      });
    else {
      for (const line of describeClasses(judged)) output.line(line);
      output.line(
        due.length === 0 ? "nothing is due" : `would destroy ${entries} records and ${due.length} keys`,
      );
    }
    return 0;
  }
  return withDesk(context, async (desk) => {
    const orders: number[] = [];
    let keys = 0;
    for (const [name, some] of byClass(due)) {
      const rule = `${name}: keep ${Math.round((keepOf(judged.rules, name) as number) / 86_400_000)}d`;
      const done = await eraseKeys(desk, some, {
        reason: "its period is over",
        rule,
        unusedSince: judged.size,
      });
      orders.push(...done.orders);
      keys += done.keys;
    }
    const progress = await waitForPurge(desk, orders, (text) => output.progress(text));
    output.progress("");
    const purged = progress.every(({ state }) => state === "done");
    if (isJson) output.json({ dryRun: false, keys, entries, orders, purged, classes: summarize(judged) });
    else
      output.line(
        `destroyed ${keys} keys, and with them ${entries} records${purged ? "" : "; their blocks go at the next start"}`,
      );
    output.hint(
      "custody: copies of the key ring from before can still open them until `custody keys rotate`",
    );
    return 0;
  });
}

function byClass(due: readonly Verdict[]): Map<string, Verdict[]> {
  const found = new Map<string, Verdict[]>();
  for (const verdict of due) {
    const some = found.get(verdict.scope.class);
    if (some === undefined) found.set(verdict.scope.class, [verdict]);
    else some.push(verdict);
  }
  return found;
}
