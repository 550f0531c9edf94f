import type { ServerResponse } from "node:http";
import { HttpProblem } from "./http-problem.ts";

/** Aborts when whoever asked goes away before the answer was sent. Nobody hears the reason; it is no mistake of ours. */
export function untilGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort(new HttpProblem("request-invalid", "whoever asked has gone"));
  });
  return gone.signal;
}
