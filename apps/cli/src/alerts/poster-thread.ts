import { parentPort } from "node:worker_threads";
import { postMessage } from "@custody/alerts";
import type { PosterAnswer, PosterRequest } from "./poster.ts";

/** The thread that speaks with receivers: TLS, names and slow answers are its own time, and not that of statements. */
parentPort?.on("message", ({ id, post }: PosterRequest) => {
  const answer = (given: PosterAnswer): void => parentPort?.postMessage(given);
  postMessage(post, { fetch, nowMs: Date.now }).then(
    (status) => answer({ id, status }),
    (error: Error) => answer({ failure: error.message, id }),
  );
});
