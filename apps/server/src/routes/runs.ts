import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { type AskingRun, RunGate } from "../access/run-gate.ts";
import type { Api } from "../http/api.ts";
import { beginEventStream } from "../http/event-stream.ts";
import { principalOf } from "../http/principal-of.ts";
import type { RunAct } from "../process/data-path.ts";
import { RunStreams } from "../stream/run-streams.ts";
import type { LiveTerminals } from "../terminal/live-terminals.ts";
import type { StoredPiece } from "../terminal/stored-pieces.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

/** A piece of a recording, written in JSON a second time. */
const PIECE_BYTES_MAX: number = 1024 * 1024;

/** What an environment has of secrets. */
const SECRETS_BYTES_MAX: number = 1024 * 1024;

const params = z.strictObject({ id: z.string().min(1).max(64) });
const problems = { "4xx": errorBody, "5xx": errorBody } as const;

const posts: readonly {
  readonly act: Exclude<RunAct, "check">;
  readonly name: string;
  readonly summary: string;
  readonly bodyLimit?: number;
}[] = [
  { act: "record", bodyLimit: PIECE_BYTES_MAX, name: "recording", summary: "A piece of the run's terminal" },
  {
    act: "secrets",
    bodyLimit: SECRETS_BYTES_MAX,
    name: "secrets",
    summary: "What the agent knows, to be taken out of records; kept in memory only",
  },
  { act: "end", name: "end", summary: "The run's program has ended" },
];

/** The channel between a session and its own `custody run`, and the way for others to stop one. */
export function runRoutes(api: Api, parts: RouteParts, terminals: LiveTerminals): void {
  const { link } = parts;
  const gate = new RunGate(parts);
  const streams = new RunStreams(link);
  const asking = new WeakMap<FastifyRequest, AskingRun>();
  const runOnly = async (request: FastifyRequest) => {
    asking.set(request, await gate.admit(request));
  };
  api.addHook("preClose", async () => streams.close());
  api.get(
    "/api/sessions/:id/control",
    {
      config: { act: "run" },
      exposeHeadRoute: false,
      onRequest: runOnly,
      schema: {
        params,
        response: {
          200: {
            content: { "text/event-stream": { schema: z.string() } },
            description: "`event: over` with the reason, once the session is over.",
          },
          ...problems,
        },
        summary: "What a run has to be told; while it is open, the run is there",
      },
    },
    async (request, reply) => {
      streams.checkRoom();
      streams.open(request.params.id, beginEventStream(reply));
    },
  );
  for (const { act, bodyLimit, name, summary } of posts)
    api.post(
      `/api/sessions/:id/${name}`,
      {
        config: { act: "run" },
        onRequest: runOnly,
        ...(bodyLimit === undefined ? undefined : { bodyLimit }),
        // The data path reads the body.
        schema: { params, response: { 200: z.looseObject({}), ...problems }, summary },
      },
      async (request) => {
        const run = asking.get(request) as AskingRun;
        const answer = await link.ask("run", { act, request: request.body, ...run });
        // Whoever watches sees what is on record, and nothing before it is.
        if (act === "record") terminals.recorded(run.session, request.body as StoredPiece);
        return answer as never;
      },
    );
  api.post(
    "/api/sessions/:id/stop",
    {
      config: { act: "sessions.stop" },
      schema: {
        body: z.strictObject({ reason: z.string().max(1000).optional() }),
        params,
        response: { 200: z.strictObject({ session: z.string(), project: z.string() }), ...problems },
        summary: "End a session: its program is stopped, and its credentials open nothing any more",
      },
    },
    (request) =>
      link.ask("administer", {
        act: "stop-session",
        by: principalOf(request),
        request: { ...request.body, session: request.params.id },
      }) as Promise<never>,
  );
}
