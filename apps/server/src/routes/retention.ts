import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import { type ActRoute, addActRoutes } from "./act-route.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const index = z.number().int().min(0);

const hold = z.strictObject({
  id: z.string(),
  session: z.string().optional(),
  project: z.string().optional(),
  reason: z.string(),
  placedAt: z.string(),
});

const acts: readonly ActRoute[] = [
  {
    path: "/api/erasures",
    act: "erase",
    permission: "retention.change",
    summary: "Destroy data keys, by an order that is recorded first",
    answer: z.strictObject({ order: index, keys: z.array(z.string()) }),
  },
  {
    path: "/api/legal-holds",
    act: "hold",
    permission: "retention.change",
    summary: "Place a legal hold on a session, a project, or everything",
    answer: z.strictObject({ hold: z.string() }),
  },
  {
    path: "/api/legal-holds/release",
    act: "release-hold",
    permission: "retention.change",
    summary: "Release a legal hold",
    answer: z.strictObject({ hold: z.string() }),
  },
  {
    path: "/api/keys/rotate",
    act: "rotate-key",
    permission: "keys.rotate",
    summary: "Wrap all data keys under a new master key",
    answer: z.strictObject({ generation: index }),
  },
];

/** What is kept, what is destroyed, and under which key. See the table of roles for whom. */
export function retentionRoutes(api: Api, parts: RouteParts): void {
  addActRoutes(api, parts, acts);
  api.get(
    "/api/legal-holds",
    {
      config: { act: "retention.read" },
      schema: {
        response: { 200: z.strictObject({ holds: z.array(hold) }), "4xx": errorBody, "5xx": errorBody },
        summary: "The legal holds in force",
      },
    },
    async (request) => {
      const asked = { act: "holds", by: principalOf(request), request: {} } as const;
      return { holds: (await parts.link.ask("administer", asked)) as never };
    },
  );
}
