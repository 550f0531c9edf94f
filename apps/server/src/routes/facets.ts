import type { Facets, TablePage } from "@custody/domain";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { caughtUp } from "../records.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody, tableQuery, viewQuery } from "./schemas.ts";

const count = z.number().int().min(0);
const values = z.array(z.strictObject({ value: z.string(), count }));

const facets: z.ZodType<Facets> = z.strictObject({
  agents: values,
  humans: values,
  levels: values,
  projects: values,
  sessions: values,
  targets: values,
  tiers: values,
  types: values,
});

const tablePage: z.ZodType<TablePage> = z.strictObject({
  tables: z.array(
    z.strictObject({
      target: z.string(),
      table: z.string(),
      statements: count,
      reads: count,
      writes: count,
      denied: count,
      rolledBack: count,
      rowsAffected: count,
      lastIndex: count,
      lastTime: z.string(),
    }),
  ),
  next: z.string().nullable(),
});

/** What there is to look for. */
export function facetRoutes(api: Api, { reader, records }: RouteParts): void {
  api.get(
    "/api/facets",
    {
      config: { act: "tables.read" },
      schema: {
        querystring: viewQuery,
        response: { 200: facets, "4xx": errorBody, "5xx": errorBody },
        summary: "The values that filters can have, with the number of rows each would show",
      },
    },
    async ({ query }) => {
      await caughtUp(records, () => reader.size);
      return records.facets(query.view);
    },
  );
  api.get(
    "/api/tables",
    {
      config: { act: "tables.read" },
      schema: {
        querystring: tableQuery,
        response: { 200: tablePage, "4xx": errorBody, "5xx": errorBody },
        summary: "What was done to each table",
      },
    },
    async ({ query }) => {
      await caughtUp(records, () => reader.size);
      return records.tables(query);
    },
  );
}
