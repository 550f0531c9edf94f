import { z } from "zod";
import type { Api } from "../http/api.ts";
import type { ServerMetrics } from "../metrics.ts";

export function metricsRoutes(api: Api, metrics: ServerMetrics): void {
  api.addHook("onResponse", async (request, reply) => {
    metrics.answered(request.method, request.routeOptions.url, reply.statusCode, reply.elapsedTime);
  });
  api.get(
    "/metrics",
    {
      config: { act: "local" },
      schema: {
        response: { 200: { content: { "text/plain": { schema: z.string() } } } },
        summary: "Numbers for Prometheus",
      },
    },
    async (_, reply) =>
      reply
        .type(metrics.contentType)
        .serializer((text: string) => text)
        .send(await metrics.text()),
  );
}
