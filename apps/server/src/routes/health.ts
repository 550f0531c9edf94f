import { z } from "zod";
import type { Api } from "../http/api.ts";
import { caughtUp } from "../records.ts";
import type { RouteParts } from "./parts.ts";

const PATIENCE_MS = 2000;

/** Whoever asks more often gets the same again: anybody may ask, and each look is work for the data path. */
const LOOK_AGAIN_MS = 200;

/** For whoever watches that we run. Both say little, because they say it to everybody. */
export function healthRoutes(api: Api, parts: RouteParts): void {
  api.get(
    "/healthz",
    {
      config: { act: "public" },
      schema: {
        response: { 200: { content: { "text/plain": { schema: z.string() } } } },
        security: [],
        summary: "Whether this process answers",
      },
    },
    async (_, reply) =>
      reply
        .type("text/plain; charset=utf-8")
        .serializer((text: string) => text)
        .send("ok\n"),
  );
  const look = atMostEvery(LOOK_AGAIN_MS, () => runChecks(parts));
  const answer = z.strictObject({
    ready: z.boolean(),
    checks: z.strictObject({ ledger: z.string(), dataPath: z.string(), index: z.string() }),
  });
  api.get(
    "/readyz",
    {
      config: { act: "public" },
      schema: {
        response: { 200: answer, 503: answer },
        security: [],
        summary: "Whether statements are recorded and forwarded, and can be looked at",
      },
    },
    async (_, reply) => {
      const checks = await look();
      const ready = Object.values(checks).every((text) => text === "ok");
      return reply.code(ready ? 200 : 503).send({ checks, ready });
    },
  );
}

interface Checks {
  readonly ledger: string;
  readonly dataPath: string;
  readonly index: string;
}

async function runChecks({ link, reader, records }: RouteParts): Promise<Checks> {
  const report = await soon(link.ask("report", undefined));
  const index = await soon(caughtUp(records, () => reader.size).then(() => "ok"));
  return {
    dataPath: report === undefined ? "does not answer" : "ok",
    index: index ?? "behind",
    ledger: report?.status.ledger.failure === null ? "ok" : report === undefined ? "unknown" : "cannot write",
  };
}

/** Begins anew when the last beginning is `ms` ago; in between everybody shares. */
function atMostEvery<T>(ms: number, begin: () => Promise<T>): () => Promise<T> {
  let last: { readonly atMs: number; readonly result: Promise<T> } | undefined;
  return () => {
    const nowMs = performance.now();
    if (last === undefined || nowMs - last.atMs >= ms) last = { atMs: nowMs, result: begin() };
    return last.result;
  };
}

/** Undefined when it fails, or takes too long. */
function soon<T>(promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    promise.then(resolve, () => resolve(undefined)).finally(() => clearTimeout(timer));
  });
}
