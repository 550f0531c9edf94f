import type { OutgoingHttpHeaders } from "node:http";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { caughtUp } from "../records.ts";
import type { StreamHub } from "../stream/stream-hub.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody, streamQuery } from "./schemas.ts";

/** Records as they are made: Server-Sent Events, to be read with fetch, since EventSource cannot show a token. */
export function streamRoutes(api: Api, { reader, records }: RouteParts, hub: StreamHub): void {
  api.addHook("preClose", async () => hub.close());
  api.get(
    "/api/stream",
    {
      config: { access: "reader" },
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
    async ({ headers, query }, reply) => {
      hub.checkRoom();
      await caughtUp(records, () => reader.size);
      hub.checkRoom();
      // A filter that makes no sense is refused while it still can be.
      records.rowsAfter(records.cursor, query.filter, query.view, 1);
      const last = headers["last-event-id"];
      const resumed =
        typeof last === "string" && /^\d{1,15}$/.test(last) ? { after: Number(last) } : undefined;
      reply.hijack();
      const response = reply.raw;
      response.writeHead(200, {
        ...(reply.getHeaders() as OutgoingHttpHeaders),
        "content-type": "text/event-stream; charset=utf-8",
        // A proxy that collects would keep back what is to be seen now.
        "x-accel-buffering": "no",
      });
      response.write(": connected\n\n");
      hub.open({ query: { ...query, ...resumed }, records, response });
    },
  );
}
