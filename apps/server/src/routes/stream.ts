import type { RecordFilter } from "@custody/domain";
import { may, type Principal } from "@custody/identity";
import { z } from "zod";
import { readableFilter } from "../access/readable.ts";
import type { Api } from "../http/api.ts";
import { beginEventStream } from "../http/event-stream.ts";
import { principalOf } from "../http/principal-of.ts";
import { caughtUp } from "../records.ts";
import type { StreamHub } from "../stream/stream-hub.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody, streamQuery } from "./schemas.ts";

/** Records as they are made: Server-Sent Events, to be read with fetch, since EventSource cannot show a token. */
export function streamRoutes(api: Api, parts: RouteParts, hub: StreamHub): void {
  const { accessLog, identities, nowMs, onIdentities, reader, records } = parts;
  onIdentities(() => hub.lookAgain());
  api.addHook("preClose", async () => hub.close());
  api.get(
    "/api/stream",
    {
      config: { act: "records.read-own" },
      // A HEAD that never ends would help nobody.
      exposeHeadRoute: false,
      schema: {
        querystring: streamQuery,
        response: {
          200: {
            content: { "text/event-stream": { schema: z.string() } },
            description:
              "`event: record` with a row and its index as id; `event: snapshot` when the list must be loaded again.",
          },
          "4xx": errorBody,
          "5xx": errorBody,
        },
        summary: "Records as they are made",
      },
    },
    async (request, reply) => {
      const { headers, query } = request;
      const by = principalOf(request);
      const filter = readableFilter(by, query.filter);
      hub.checkRoom();
      await accessLog.looked(by, { filter, isStream: true });
      await caughtUp(records, () => reader.size);
      hub.checkRoom();
      // A filter that makes no sense is refused while it still can be.
      records.rowsAfter(records.cursor, filter, query.view, 1);
      const last = headers["last-event-id"];
      const resumed =
        typeof last === "string" && /^\d{1,15}$/.test(last) ? { after: Number(last) } : undefined;
      const response = beginEventStream(reply);
      response.write(": connected\n\n");
      const mayGoOn = () => {
        const current = identities.current(by, nowMs());
        return (
          current !== undefined && may(current, "records.read-own") && mayRead(current, query.filter, filter)
        );
      };
      hub.open({ mayGoOn, query: { ...query, ...resumed, filter }, records, response });
    },
  );
}

/** Whether somebody would be shown the same as when the stream began. */
function mayRead(by: Principal, asked: RecordFilter, shown: RecordFilter): boolean {
  try {
    return JSON.stringify(readableFilter(by, asked)) === JSON.stringify(shown);
  } catch {
    return false;
  }
}
