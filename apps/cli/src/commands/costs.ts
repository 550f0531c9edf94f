import type { CostKey, CostPage } from "@custody/domain";
import { costLines } from "../costs/describe-costs.ts";
import { momentOf } from "../records/filter.ts";
import { lookUp, pathWith } from "../records/look-up.ts";
import type { CommandContext } from "./context.ts";
import { oneOf, pageLimit } from "./page-options.ts";

export interface CostsOptions {
  readonly by?: string;
  readonly since?: string;
  readonly until?: string;
  readonly project?: string;
  readonly session?: string;
  readonly agent?: string;
  readonly human?: string;
  readonly after?: string;
  readonly limit?: string;
}

const KEYS: readonly CostKey[] = ["person", "project", "model", "session", "day", "agent"];
const LIMIT = 100;

/** What models cost, by what was asked for. */
export async function costs(context: CommandContext, options: CostsOptions): Promise<number> {
  const { isJson, output } = context;
  const by = oneOf("--by", options.by ?? "model", KEYS);
  const limit = pageLimit(options.limit, LIMIT);
  const { after } = options;
  const filter = filterOf(options);
  const path = pathWith("/api/costs", { ...filter, after, by, limit });
  const page: CostPage = await lookUp(context, path, (index) => index.costs({ after, by, filter, limit }));
  if (isJson) output.json({ by, ...page });
  else for (const line of costLines(page, by)) output.line(line);
  if (page.next !== null)
    output.hint(`custody: there are more; go on with --after ${JSON.stringify(page.next)}`);
  return 0;
}

function filterOf({ agent, human, project, session, since, until }: CostsOptions): Record<string, string> {
  const nowMs = Date.now();
  const moment = (option: string, text: string | undefined) =>
    text === undefined ? undefined : new Date(momentOf(option, text, nowMs)).toISOString();
  const given = {
    agent,
    human,
    project,
    session,
    since: moment("--since", since),
    until: moment("--until", until),
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
