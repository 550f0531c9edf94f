import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";

/** Begins an answer of Server-Sent Events, which the framework has nothing more to do with. */
export function beginEventStream(reply: FastifyReply): ServerResponse {
  reply.hijack();
  const response = reply.raw;
  response.writeHead(200, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    "content-type": "text/event-stream; charset=utf-8",
    // A proxy that collects would keep back what is to be seen now.
    "x-accel-buffering": "no",
  });
  return response;
}
