import type { ThreadText } from "@custody/domain";
import type { Principal } from "@custody/identity";
import type { ShownHold } from "@custody/policy";
import { findPrompt, findShownRows } from "@custody/views";
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

/**
 * The rows before and after that a human is shown, as the exact JSON of `SaltedRows`: its SHA-256 is `rows` in what the hold shows.
 * Null where none are shown, or none any more.
 */
export interface HoldRows {
  readonly text: string | null;
}

const rowsBody: z.ZodType<HoldRows> = z.strictObject({ text: z.string().nullable() });

const problems = { "4xx": errorBody, "5xx": errorBody } as const;

/** What waits for a human, and the human's answer. Who may see and decide which, the data path says. */
export function holdRoutes(api: Api, parts: RouteParts): void {
  const { accessLog, link, reader, records } = parts;
  /** With everything that was on record before in the index. */
  const holdOf = async (by: Principal, request: { readonly id: string }): Promise<HoldListing> => {
    const hold = (await link.ask("administer", { act: "waiting-one", by, request })) as HoldListing;
    await caughtUp(records, () => reader.size);
    return hold;
  };
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
      const hold = await holdOf(by, request.params);
      const found = await findPrompt(records, reader, hold);
      if (found === undefined || !isReadable(by, found.record)) return { prompt: null };
      const { by: known, index, record, text } = found;
      await accessLog.looked(by, { index });
      return { prompt: { by: known, index, time: record.time, ...text } };
    },
  );
  api.get(
    "/api/holds/:id/rows",
    {
      config: { act: "holds.read" },
      schema: {
        params: z.strictObject({ id: z.string().max(100) }),
        response: { 200: rowsBody, ...problems },
        summary: "The rows that it has changed, as they were and as they are",
      },
    },
    async (request): Promise<HoldRows> => {
      const by = principalOf(request);
      const { action, text } = await holdOf(by, request.params);
      const { rows: digest } = JSON.parse(text) as ShownHold;
      const found =
        digest === undefined ? undefined : await findShownRows(records, reader, { action, digest });
      if (found === undefined || !isReadable(by, found.record)) return { text: null };
      await accessLog.looked(by, { index: found.index });
      return { text: found.text };
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
