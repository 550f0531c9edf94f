import { may } from "@custody/identity";
import type { ErasureStatus } from "@custody/views";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { principalOf } from "../http/principal-of.ts";
import { type OutsideAnswer, outsideAnswer } from "../outside/outside-status.ts";
import type { Status } from "../process/data-path.ts";
import { webhookStanding } from "./alerts.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";
import { targetStanding } from "./targets.ts";

const count = z.number().int().min(0);

/** What `custody status --json` prints. */
export interface StatusAnswer extends Status {
  readonly index: { readonly cursor: number; readonly size: number; readonly erasures: ErasureStatus };
  readonly outside: OutsideAnswer;
}

const statusAnswer: z.ZodType<StatusAnswer> = z.strictObject({
  version: z.string(),
  pid: z.number().int(),
  startedAt: z.string(),
  data: z.string(),
  ledger: z.strictObject({
    origin: z.string(),
    size: count,
    durableSize: count,
    failure: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  }),
  masterKey: z.strictObject({
    source: z.string(),
    generation: count,
    copiedAt: z.string().nullable(),
    needsCopy: z.boolean(),
  }),
  targets: z.array(
    z.strictObject({ name: z.string(), kind: z.string(), listen: z.string(), ...targetStanding }),
  ),
  alerts: z.strictObject({ open: count, webhooks: z.array(webhookStanding) }),
  connections: count,
  sessions: count,
  erasures: z.array(
    z.strictObject({
      order: count,
      bundles: count,
      of: count,
      state: z.enum(["under way", "done", "waits for the next start"]),
    }),
  ),
  index: z.strictObject({
    cursor: count,
    size: count,
    erasures: z.strictObject({
      orders: count,
      purged: count,
      purge: z.strictObject({ done: count, of: count }).nullable(),
    }),
  }),
  outside: outsideAnswer,
});

const newSession = z.strictObject({
  session: z.string(),
  project: z.string(),
  agent: z.string(),
  expires: z.string(),
  targets: z.record(z.string(), z.strictObject({ kind: z.string(), url: z.string() })),
  models: z.record(
    z.string(),
    z.strictObject({
      isKeyHeld: z.boolean(),
      kind: z.enum(["anthropic", "openai", "gemini"]),
      url: z.string(),
    }),
  ),
  mcp: z.strictObject({}),
  hooks: z.strictObject({}),
  env: z.record(z.string(), z.string()),
  runToken: z.string().optional(),
});

/** What only the data path knows, and what only it can do. */
export function statusRoutes(api: Api, { link, outside, records }: RouteParts): void {
  api.get(
    "/api/status",
    {
      config: { act: "status.read" },
      schema: {
        response: { 200: statusAnswer, "4xx": errorBody, "5xx": errorBody },
        summary: "What is running, and where",
      },
    },
    async () => {
      const { status } = await link.ask("report", undefined);
      const { cursor, erasures } = records;
      return { ...status, index: { cursor, erasures, size: status.ledger.size }, outside: outside.status };
    },
  );
  api.post(
    "/api/sessions",
    {
      config: { act: "sessions.open" },
      schema: {
        // The data path reads it, since it knows projects and limits.
        body: z.looseObject({
          agent: z.string(),
          project: z.string().optional(),
          run: z.looseObject({}).optional(),
          ttl: z.string().optional(),
        }),
        response: { 200: newSession, "4xx": errorBody, "5xx": errorBody },
        summary: "Open a session for an agent",
      },
    },
    (request) => {
      const { body } = request;
      const by = principalOf(request);
      const { project = "default" } = body;
      if (!may(by, "sessions.open", project))
        throw new HttpProblem(
          "not-permitted",
          `${by.name} may not open sessions in ${JSON.stringify(project)}`,
        );
      return link.ask("openSession", { by, request: body });
    },
  );
}
