import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import type {
  PinnedServer,
  RefusedServer,
  TargetListing,
  TargetPinned,
  TargetStanding,
} from "../process/data-path.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const count = z.number().int().min(0);

const server = {
  system: z.string().nullable(),
  database: z.string(),
  oid: count,
  server: z.string().nullable(),
  partial: z.boolean(),
};
const pinnedServer: z.ZodType<PinnedServer> = z.strictObject(server);
const pin: z.ZodType<TargetStanding["pin"]> = z
  .strictObject({ ...server, pinnedAt: z.string(), by: z.string() })
  .nullable();
const refused: z.ZodType<RefusedServer | null> = z
  .strictObject({ ...server, since: z.string(), attempts: count })
  .nullable();

/** Which server a target is held to, and which one answers instead. */
export const targetStanding: { readonly pin: typeof pin; readonly refused: typeof refused } = {
  pin,
  refused,
};

const targetListing: z.ZodType<TargetListing> = z.strictObject({
  name: z.string(),
  configured: z.strictObject({ environment: z.string(), upstream: z.string().nullable() }).nullable(),
  ...targetStanding,
});

const targetPinned: z.ZodType<TargetPinned> = z.strictObject({
  target: z.string(),
  previous: pinnedServer.nullable(),
  pinned: pinnedServer,
  record: count,
});

/** The servers behind the targets. See the table of roles for who may hold one to another. */
export function targetRoutes(api: Api, { link }: RouteParts): void {
  api.get(
    "/api/targets",
    {
      config: { act: "targets.read" },
      schema: {
        response: {
          200: z.strictObject({ targets: z.array(targetListing) }),
          "4xx": errorBody,
          "5xx": errorBody,
        },
        summary: "The targets, and the server that each is held to",
      },
    },
    async (request) => {
      const asked = { act: "targets", by: principalOf(request), request: {} } as const;
      return { targets: (await link.ask("administer", asked)) as never };
    },
  );
  api.post(
    "/api/targets/pin",
    {
      config: { act: "targets.pin" },
      schema: {
        // The data path reads it, since it knows the targets.
        body: z.looseObject({ target: z.string(), reason: z.string(), system: z.string().optional() }),
        response: { 200: targetPinned, "4xx": errorBody, "5xx": errorBody },
        summary: "Hold a target to the server that answers for it now",
      },
    },
    (request) =>
      link.ask("administer", {
        act: "pin-target",
        by: principalOf(request),
        request: request.body,
      }) as Promise<never>,
  );
}
