import type { CostKey, RecordFilter } from "@custody/domain";
import type { CostQuery } from "@custody/views";
import { z } from "zod";
import { readableFilter } from "../access/readable.ts";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import { caughtUp } from "../records.ts";
import { costPage } from "./cost-schemas.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody, limit } from "./schemas.ts";

const word = z.string().min(1).max(512);
const time = z.iso.datetime({ offset: true });

const keys = ["agent", "day", "model", "person", "project", "session"] as const satisfies readonly CostKey[];

const costQuery: z.ZodType<CostQuery> = z
  .strictObject({
    by: z.enum(keys).default("model").describe("What a line is for. A day is one of UTC."),
    agent: word.exactOptional(),
    human: word.exactOptional().describe("The name of the person."),
    project: word.exactOptional(),
    session: word.exactOptional(),
    since: time.exactOptional(),
    until: time.exactOptional().describe("Not included."),
    after: z.string().max(1000).exactOptional(),
    limit: limit.default(100),
  })
  .transform(({ after, by, limit, ...filter }) => ({ after, by, filter, limit }));

/** What models cost. */
export function costRoutes(api: Api, { accessLog, reader, records }: RouteParts): void {
  api.get(
    "/api/costs",
    {
      config: { act: "records.read-own" },
      schema: {
        querystring: costQuery,
        response: { 200: costPage, "4xx": errorBody, "5xx": errorBody },
        summary: "What models cost, the dearest first",
      },
    },
    async (request) => {
      const { query } = request;
      const by = principalOf(request);
      const filter: RecordFilter = readableFilter(by, query.filter);
      await accessLog.looked(by, { filter, isStream: false });
      await caughtUp(records, () => reader.size);
      return records.costs({ ...query, filter });
    },
  );
}
