import type { RecordDetail } from "@custody/domain";
import { z } from "zod";
import { isReadable, readableFilter } from "../access/readable.ts";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { principalOf } from "../http/principal-of.ts";
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
  const { accessLog, reader, records } = parts;
  api.get(
    "/api/records",
    {
      config: { act: "records.read-own" },
      schema: {
        querystring: listQuery,
        response: { 200: recordPage, "4xx": errorBody, "5xx": errorBody },
        summary: "Records or actions, newest first",
      },
    },
    async (request) => {
      const { query } = request;
      const by = principalOf(request);
      const filter = readableFilter(by, query.filter);
      await accessLog.looked(by, { filter, isStream: false });
      await caughtUp(records, () => reader.size);
      return records.list({ ...query, filter });
    },
  );
  api.get(
    "/api/records/:id",
    {
      config: { act: "records.read-own" },
      schema: {
        params: z.strictObject({ id }),
        response: { 200: recordDetail, "4xx": errorBody, "5xx": errorBody },
        summary: "One record with its proof; for an action, its newest",
      },
    },
    async (request): Promise<RecordDetail> => {
      const by = principalOf(request);
      const { id } = request.params;
      await caughtUp(records, () => reader.size);
      const detail = await detailOf(parts, findIndex(parts, id));
      // Whoever may not read it does not learn that it is there.
      if (!isReadable(by, detail.record)) throw new HttpProblem("not-found", `there is no record ${id}`);
      await accessLog.looked(by, { index: detail.index });
      return detail;
    },
  );
}
