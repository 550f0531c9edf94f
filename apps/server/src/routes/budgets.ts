import type { BudgetPage, BudgetStanding } from "@custody/domain";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody, limit } from "./schemas.ts";

const count = z.number().int().min(0);

const standing: z.ZodType<BudgetStanding> = z.strictObject({
  budget: z.string(),
  number: z.number().int().min(1).describe("Which one of the policy's it is."),
  per: z.enum(["session", "human", "project", "model", "all"]),
  scope: z
    .string()
    .nullable()
    .describe("Which session, person (by id), project or model; null where nothing of the budget is spent."),
  person: z.string().exactOptional(),
  agent: z.string().exactOptional(),
  project: z.string().exactOptional(),
  period: z.enum(["hour", "day", "month", "total"]),
  from: z.string().nullable(),
  until: z.string().nullable().describe("Not included; null for a budget that never begins again."),
  unit: z.enum(["tokens", "micros"]).describe("`micros`: millionths of a US dollar."),
  limit: count,
  settled: count.describe("What answers took."),
  reserved: count.describe("For requests that are under way, the most that they may take."),
  left: count,
  // biome-ignore lint/suspicious/noThenProperty: it is a word, as the policy has it, and no promise.
  then: z.enum(["stop", "hold", "warn"]),
  warnAt: z.number(),
  unpriced: count.describe("How many requests had no price: what they cost is not in it."),
  unknown: count.describe(
    "Of how many requests nobody knows what they took: they count as what was set aside.",
  ),
});

const page: z.ZodType<BudgetPage> = z.strictObject({
  budgets: z.array(standing),
  defined: count.describe("How many budgets the policy has."),
  next: z.string().nullable(),
});

const query = z.strictObject({
  project: z.string().min(1).max(512).exactOptional().describe("Only what belongs to this one."),
  after: z.string().max(1000).exactOptional(),
  limit: limit.default(100),
});

/** How budgets stand, which the data path knows: what is under way stands in no record. */
export function budgetRoutes(api: Api, { accessLog, link }: RouteParts): void {
  api.get(
    "/api/budgets",
    {
      config: { act: "records.read-own" },
      schema: {
        querystring: query,
        response: { 200: page, "4xx": errorBody, "5xx": errorBody },
        summary: "How budgets for models stand now, the dearest share first",
      },
    },
    async (request) => {
      const { query: asked } = request;
      const by = principalOf(request);
      const { project } = asked;
      await accessLog.looked(by, { filter: project === undefined ? {} : { project }, isStream: false });
      return link.ask("administer", { act: "budgets", by, request: asked }) as Promise<never>;
    },
  );
}
