import type { ThreadText } from "@custody/domain";
import { findPrompt } from "@custody/views";
import { z } from "zod";
import { isReadable } from "../access/readable.ts";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import type { HoldListing, HoldPage } from "../process/data-path.ts";
import { caughtUp } from "../records.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const count = z.number().int().min(0);

const listing: z.ZodType<HoldListing> = z.strictObject({
  id: z.string(),
  state: z.enum(["requested", "granted", "refused", "expired", "withdrawn", "consumed"]),
  action: z.string(),
  session: z.string(),
  project: z.string(),
  target: z.string(),
  text: z.string(),
  shown: z.string(),
  waits: z.boolean(),
  approvers: count,
  isPasskeyNeeded: z.boolean(),
  agreed: z.array(z.strictObject({ id: z.string(), name: z.string(), method: z.string() })),
  requestedAt: z.string(),
  expiresAt: z.string(),
  decidedAt: z.string().nullable(),
  reason: z.string().nullable(),
  hindrance: z.enum(["not-permitted", "own", "said-yes", "passkey"]).nullable(),
});

const page: z.ZodType<HoldPage> = z.strictObject({
  holds: z.array(listing),
  next: z.string().nullable(),
});

/** What a person had said before: the beginning of it, where its record stands, and how it is known to belong here. */
export interface HoldPrompt extends ThreadText {
  readonly index: number;
  readonly time: string;
  readonly by: "tool" | "session";
}

const promptBody: z.ZodType<{ readonly prompt: HoldPrompt | null }> = z.strictObject({
  prompt: z
    .strictObject({
      index: count,
      time: z.string(),
      text: z.string(),
      characters: count,
      by: z.enum(["tool", "session"]),
    })
    .nullable(),
});

const problems = { "4xx": errorBody, "5xx": errorBody } as const;

/** What waits for a human, and the human's answer. Who may see and decide which, the data path says. */
export function holdRoutes(api: Api, parts: RouteParts): void {
  const { accessLog, link, reader, records } = parts;
  api.get(
    "/api/holds",
    {
      config: { act: "holds.read" },
      schema: {
        querystring: z.strictObject({
          state: z.enum(["open", "all"]).default("open"),
          limit: z.coerce.number().int().min(1).max(500).default(100),
          before: z.string().max(100).exactOptional(),
        }),
        response: { 200: page, ...problems },
        summary: "What waits for a human, newest first",
      },
    },
    (request) =>
      link.ask("administer", {
        act: "waiting",
        by: principalOf(request),
        request: request.query,
      }) as Promise<never>,
  );
  api.get(
    "/api/holds/:id",
    {
      config: { act: "holds.read" },
      schema: {
        params: z.strictObject({ id: z.string().max(100) }),
        response: { 200: listing, ...problems },
        summary: "One of them, with what a human is shown",
      },
    },
    (request) =>
      link.ask("administer", {
        act: "waiting-one",
        by: principalOf(request),
        request: request.params,
      }) as Promise<never>,
  );
  api.get(
    "/api/holds/:id/prompt",
    {
      config: { act: "holds.read" },
      schema: {
        params: z.strictObject({ id: z.string().max(100) }),
        response: { 200: promptBody, ...problems },
        summary: "What a person had said to the agent before it asked for this",
      },
    },
    async (request): Promise<{ readonly prompt: HoldPrompt | null }> => {
      const by = principalOf(request);
      const hold = (await link.ask("administer", {
        act: "waiting-one",
        by,
        request: request.params,
      })) as HoldListing;
      await caughtUp(records, () => reader.size);
      const found = await findPrompt(records, reader, hold);
      if (found === undefined || !isReadable(by, found.record)) return { prompt: null };
      const { by: known, index, record, text } = found;
      await accessLog.looked(by, { index });
      return { prompt: { by: known, index, time: record.time, ...text } };
    },
  );
  for (const verdict of ["approve", "deny"] as const) {
    api.post(
      `/api/holds/:id/${verdict}`,
      {
        config: { act: "holds.decide" },
        schema: {
          params: z.strictObject({ id: z.string().max(100) }),
          // The data path reads it: it alone knows what is held.
          body: z.looseObject({ shown: z.string().max(100) }),
          response: { 200: listing, ...problems },
          summary: verdict === "approve" ? "Approve what was shown" : "Refuse it",
        },
      },
      (request) =>
        link.ask("administer", {
          act: "decide",
          by: principalOf(request),
          request: { ...request.body, id: request.params.id, verdict },
        }) as Promise<never>,
    );
  }
}
