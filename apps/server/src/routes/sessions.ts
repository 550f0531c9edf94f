import type { RecordFilter, SessionState } from "@custody/domain";
import { readThread } from "@custody/views";
import { z } from "zod";
import { isReadable, isReadableSession, readableFilter } from "../access/readable.ts";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { principalOf } from "../http/principal-of.ts";
import { caughtUp } from "../records.ts";
import { sessionBody, sessionPage, threadBody } from "./cost-schemas.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody, limit, wholeNumber } from "./schemas.ts";

const word = z.string().min(1).max(512);

interface SessionsQuery {
  readonly filter: Pick<RecordFilter, "agent" | "human" | "project">;
  readonly state?: SessionState | undefined;
  readonly parent?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

const sessionsQuery: z.ZodType<SessionsQuery> = z
  .strictObject({
    agent: word.exactOptional(),
    human: word.exactOptional().describe("The name of the person for whom it acts."),
    project: word.exactOptional(),
    state: z.enum(["running", "ended", "unknown", "expired"]).exactOptional(),
    parent: word.exactOptional().describe("The session that began it."),
    before: wholeNumber.exactOptional(),
    limit: limit.default(50),
  })
  .transform(({ before, limit, parent, state, ...filter }) => ({ before, filter, limit, parent, state }));

interface ThreadsQuery {
  readonly from?: number | undefined;
  readonly limit: number;
}

const threadQuery: z.ZodType<ThreadsQuery> = z
  .strictObject({ from: wholeNumber.exactOptional(), limit: limit.default(200) })
  .transform(({ from, limit }) => ({ from, limit }));

const problems = { "4xx": errorBody, "5xx": errorBody } as const;

/** The runs of agents, and what happened in one of them. */
export function sessionRoutes(api: Api, { accessLog, nowMs, reader, records }: RouteParts): void {
  api.get(
    "/api/sessions",
    {
      config: { act: "records.read-own" },
      schema: {
        querystring: sessionsQuery,
        response: { 200: sessionPage, ...problems },
        summary: "Sessions of agents, newest first",
      },
    },
    async (request) => {
      const { before, filter: asked, limit, parent, state } = request.query;
      const by = principalOf(request);
      const filter = readableFilter(by, asked);
      await accessLog.looked(by, { filter, isStream: false });
      await caughtUp(records, () => reader.size);
      const { agent, human, project } = filter;
      return records.sessions({ agent, before, human, limit, nowMs: nowMs(), parent, project, state });
    },
  );
  api.get(
    "/api/sessions/:id",
    {
      config: { act: "records.read-own" },
      schema: {
        params: z.strictObject({ id: word }),
        response: { 200: sessionBody, ...problems },
        summary: "One session",
      },
    },
    async (request) => {
      const by = principalOf(request);
      const { id: session } = request.params;
      await accessLog.looked(by, { filter: { session }, isStream: false });
      await caughtUp(records, () => reader.size);
      const summary = records.session(session, nowMs());
      // Whoever may not read it does not learn that it is there.
      if (summary === undefined || !isReadableSession(by, summary))
        throw new HttpProblem("not-found", `there is no record of a session ${session}`);
      return summary;
    },
  );
  api.get(
    "/api/sessions/:id/thread",
    {
      config: { act: "records.read-own" },
      schema: {
        params: z.strictObject({ id: word }),
        querystring: threadQuery,
        response: { 200: threadBody, ...problems },
        summary: "What happened in a session and its sub-agents, as a tree",
      },
    },
    async (request) => {
      const by = principalOf(request);
      const { id: session } = request.params;
      await accessLog.looked(by, { filter: { session }, isStream: false });
      await caughtUp(records, () => reader.size);
      const mayRead = (record: Parameters<typeof isReadable>[1]) => isReadable(by, record);
      const thread = await readThread(records, reader, { ...request.query, isReadable: mayRead, session });
      // Whoever may not read it does not learn that it is there.
      if (thread === undefined)
        throw new HttpProblem("not-found", `there is no record of a session ${session}`);
      return thread;
    },
  );
}
