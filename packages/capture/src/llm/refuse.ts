import type { ServerResponse } from "node:http";
import type { Provider } from "./provider.ts";

/** How a "no" looks to a client of this provider. 400 is the one that no client tries again. */
export function answerRefusal(
  { door, response }: { readonly door: { readonly provider: Provider }; readonly response: ServerResponse },
  status: number,
  message: string,
  id: string,
): void {
  const error = door.provider.error(status, message, id);
  answerError(response, error.status, error.body);
}

export function answerError(response: ServerResponse, status: number, body: string): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // A body that was not read would be taken for the next request.
  response.shouldKeepAlive = response.req.complete;
  response.writeHead(status, {
    "Content-Length": Buffer.byteLength(body),
    "Content-Type": "application/json",
  });
  response.end(body);
}
