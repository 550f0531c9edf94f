import type { RecordDetail } from "@custody/domain";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { caughtUp } from "../records.ts";
import { findIndex } from "./find-index.ts";
import type { RouteParts } from "./parts.ts";
import { detailOf } from "./record-detail.ts";
import { errorBody, listQuery, recordDetail, recordPage } from "./schemas.ts";

const id = z
  .string()
  .regex(
    /^(\d{1,15}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$/,
    "an index, or the id of a record or an action",
  );

/** Lists and single records. Everything acknowledged before the request is in its answer. */
export function recordRoutes(api: Api, parts: RouteParts): void {
  const { reader, records } = parts;
  api.get(
    "/api/records",
    {
      config: { access: "reader" },
      schema: {
        querystring: listQuery,
        response: { 200: recordPage, "4xx": errorBody, "5xx": errorBody },
        summary: "Records or actions, newest first",
      },
    },
    async ({ query }) => {
      await caughtUp(records, () => reader.size);
      return records.list(query);
    },
  );
  api.get(
    "/api/records/:id",
    {
      config: { access: "reader" },
      schema: {
        params: z.strictObject({ id }),
        response: { 200: recordDetail, "4xx": errorBody, "5xx": errorBody },
        summary: "One record with its proof; for an action, its newest",
      },
    },
    async ({ params }): Promise<RecordDetail> => {
      await caughtUp(records, () => reader.size);
      return detailOf(parts, findIndex(parts, params.id));
    },
  );
}
