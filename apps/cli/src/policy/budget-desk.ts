import type { BudgetPage } from "@custody/domain";
import { type Principal, projectsOf } from "@custody/identity";
import { parseStandingPlace } from "@custody/policy";
import { HttpProblem } from "@custody/server";
import { z } from "zod";
import { readRequest } from "../control/read-request.ts";
import type { ModelSpending } from "./model-spending.ts";

const listRequest = z.strictObject({
  project: z.string().exactOptional(),
  limit: z.number().int().min(1).max(500),
  after: z.string().exactOptional(),
});

/**
 * How budgets stand now, as far as somebody may see it: what belongs to projects whose records they read, and what was spent
 * for them alone.
 *
 * @throws HttpProblem request-invalid
 */
export function budgetPage(
  spending: Pick<ModelSpending, "standing">,
  request: unknown,
  by: Principal,
): BudgetPage {
  const { after, limit, project } = readRequest(listRequest, request);
  const place = after === undefined ? undefined : parseStandingPlace(after);
  if (after !== undefined && place === undefined)
    throw new HttpProblem("request-invalid", "after: this is not the next page of any budgets");
  const viewer = { human: by.id, projects: projectsOf(by, "records.read") };
  return spending.standing({ after: place, limit, project, viewer });
}
