import { ALERT_KINDS, ALERT_LEVELS, type Alert } from "@custody/alerts";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { beginEventStream } from "../http/event-stream.ts";
import type { AlertPage, AlertQuery, WebhookStanding, WebhookTested } from "../process/alert-desk.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const count = z.number().int().min(0);
const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "the id of an alert");
const level = z.enum(ALERT_LEVELS);
const kind = z.enum(ALERT_KINDS);
const text = z.string().exactOptional();

const alert: z.ZodType<Alert> = z.strictObject({
  id: z.string(),
  kind,
  level,
  key: z.string(),
  count,
  firstAt: z.string(),
  lastAt: z.string(),
  firstAction: z.string(),
  lastAction: z.string(),
  project: z.string(),
  subject: z.strictObject({
    session: text,
    agent: text,
    human: text,
    target: text,
    environment: text,
    address: text,
    name: text,
    rule: text,
    place: text,
    route: text,
    reason: text,
  }),
  acknowledged: z.strictObject({ by: z.string(), at: z.string() }).exactOptional(),
});

const alertPage: z.ZodType<AlertPage> = z.strictObject({
  alerts: z.array(alert),
  next: z.string().nullable(),
  open: count,
});

const alertQuery: z.ZodType<AlertQuery> = z.strictObject({
  level: level.exactOptional().describe("At least this."),
  kind: kind.exactOptional(),
  open: z
    .enum(["true", "false"])
    .transform((value) => value === "true")
    .exactOptional()
    .describe("Whether nobody has seen it yet."),
  before: uuid.exactOptional(),
  limit: z
    .string()
    .regex(/^\d{1,3}$/, "a whole number")
    .transform(Number)
    .refine((number) => number >= 1 && number <= 500, "from 1 to 500")
    .default(50),
});

const tested: z.ZodType<WebhookTested> = z.strictObject({
  webhook: z.string(),
  ok: z.boolean(),
  status: z.number().int().nullable(),
  error: z.string().nullable(),
  milliseconds: count,
});

export const webhookStanding: z.ZodType<WebhookStanding> = z.strictObject({
  name: z.string(),
  waiting: count,
  delivered: count,
  dead: count,
  failure: z.string().nullable(),
});

/** Alerts, as the process has them that raises them: whatever becomes of the index. */
export function alertRoutes(api: Api, { alerts, link }: RouteParts): void {
  api.get(
    "/api/alerts",
    {
      config: { act: "alerts.read" },
      schema: {
        querystring: alertQuery,
        response: { 200: alertPage, "4xx": errorBody, "5xx": errorBody },
        summary: "Alerts, newest first",
      },
    },
    ({ query }) => link.ask("alerts", query),
  );
  api.post(
    "/api/alerts/:id/acknowledge",
    {
      // Whoever may see an alert may say so. Nothing is lost by it: the alert stays, and opens again when it becomes worse.
      config: { act: "alerts.change" },
      schema: {
        params: z.strictObject({ id: uuid }),
        response: { 200: alert, "4xx": errorBody, "5xx": errorBody },
        summary: "Say that an alert was seen",
      },
    },
    ({ params }) => link.ask("acknowledgeAlert", params),
  );
  api.post(
    "/api/alerts/test",
    {
      config: { act: "alerts.test" },
      schema: {
        body: z.strictObject({ webhook: z.string().max(63).exactOptional() }),
        response: {
          200: z.strictObject({ tested: z.array(tested) }),
          "4xx": errorBody,
          "5xx": errorBody,
        },
        summary: "Send a test message to a webhook, or to all",
      },
    },
    async ({ body }) => ({ tested: [...(await link.ask("testWebhooks", body))] }),
  );
  api.addHook("preClose", async () => alerts.close());
  api.get(
    "/api/alerts/stream",
    {
      config: { act: "alerts.read" },
      exposeHeadRoute: false,
      schema: {
        response: {
          200: {
            content: { "text/event-stream": { schema: z.string() } },
            description:
              "`event: alerts` with how many are `open`, at the beginning and whenever a list of alerts would look different.",
          },
          "4xx": errorBody,
          "5xx": errorBody,
        },
        summary: "That alerts have changed, as it happens",
      },
    },
    async (_, reply) => {
      alerts.checkRoom();
      alerts.open(beginEventStream(reply));
    },
  );
}
