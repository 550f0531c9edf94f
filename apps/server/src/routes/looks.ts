import { LOOKING_COMMANDS } from "@custody/identity";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

/** Commands read the ledger's files without asking anybody; they say afterwards that they did. */
export function lookRoutes(api: Api, { accessLog }: RouteParts): void {
  api.post(
    "/api/looks",
    {
      config: { act: "access.note" },
      schema: {
        body: z.strictObject({
          command: z.enum(LOOKING_COMMANDS),
          asked: z.string().max(2000).describe("The filter, or the id."),
          records: z.number().int().min(0),
          follows: z.boolean().default(false),
        }),
        response: { 200: z.strictObject({}), "4xx": errorBody, "5xx": errorBody },
        summary: "Record that a command looked at records",
      },
    },
    async (request) => {
      await accessLog.ran(principalOf(request), request.body);
      return {};
    },
  );
}
