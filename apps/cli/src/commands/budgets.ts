import type { BudgetPage } from "@custody/domain";
import { ControlClient } from "../control/control-client.ts";
import { budgetLines } from "../costs/describe-budgets.ts";
import { CliError } from "../error.ts";
import { pathWith } from "../records/look-up.ts";
import type { CommandContext } from "./context.ts";
import { pageLimit } from "./page-options.ts";

export interface BudgetsOptions {
  readonly project?: string;
  readonly after?: string;
  readonly limit?: string;
}

const LIMIT = 100;

/** How budgets stand now. What is set aside stands in no record, so only a running server knows it. */
export async function budgets(context: CommandContext, options: BudgetsOptions): Promise<number> {
  const { isJson, output } = context;
  const { after, project } = options;
  const path = pathWith("/api/budgets", { after, limit: pageLimit(options.limit, LIMIT), project });
  const page = (await ask(context, path)) as BudgetPage;
  if (isJson) for (const budget of page.budgets) output.json(budget);
  else for (const line of budgetLines(page.budgets)) output.line(line);
  if (page.budgets.length === 0 && after === undefined && !isJson) output.line(nothingText(page, project));
  if (page.next !== null)
    output.hint(`custody: there are more; go on with --after ${JSON.stringify(page.next)}`);
  return 0;
}

function nothingText({ defined }: BudgetPage, project: string | undefined): string {
  if (defined === 0) return "the policy has no budgets; `budgets:` in policy.yaml sets them";
  return project === undefined
    ? "no budget concerns what you may see"
    : `no budget concerns ${JSON.stringify(project)} alone, as far as you may see`;
}

async function ask(context: CommandContext, path: string): Promise<unknown> {
  try {
    return await ControlClient.find(context.environment, context).request("GET", path);
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== "SERVER_UNREACHABLE") throw error;
    const what = "how budgets stand, only a running server knows, and none was reached";
    throw new CliError("SERVER_UNREACHABLE", what, error.message, { cause: error });
  }
}
