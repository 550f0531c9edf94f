import { z } from "zod";
import type { Api } from "../http/api.ts";
import type { AdministerAct } from "../process/data-path.ts";
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

/** A request that the data path reads, since it knows the keys and the holds. */
interface ActRoute {
  readonly path: string;
  readonly act: AdministerAct;
  readonly summary: string;
  readonly answer: z.ZodType;
}

const acts: readonly ActRoute[] = [
  {
    path: "/api/erasures",
    act: "erase",
    summary: "Destroy data keys, by an order that is recorded first",
    answer: z.strictObject({ order: index, keys: z.array(z.string()) }),
  },
  {
    path: "/api/legal-holds",
    act: "hold",
    summary: "Place a legal hold on a session, a project, or everything",
    answer: z.strictObject({ hold: z.string() }),
  },
  {
    path: "/api/legal-holds/release",
    act: "release-hold",
    summary: "Release a legal hold",
    answer: z.strictObject({ hold: z.string() }),
  },
  {
    path: "/api/keys/rotate",
    act: "rotate-key",
    summary: "Wrap all data keys under a new master key",
    answer: z.strictObject({ generation: index }),
  },
];

/** What is kept, what is destroyed, and under which key. All of it for the operator alone. */
export function retentionRoutes(api: Api, { link }: RouteParts): void {
  for (const { act, answer, path, summary } of acts) {
    api.post(
      path,
      {
        config: { access: "operator" },
        schema: {
          body: z.looseObject({}),
          response: { 200: answer, "4xx": errorBody, "5xx": errorBody },
          summary,
        },
      },
      ({ body }) => link.ask("administer", { act, request: body }) as Promise<never>,
    );
  }
  api.get(
    "/api/legal-holds",
    {
      config: { access: "operator" },
      schema: {
        response: { 200: z.strictObject({ holds: z.array(hold) }), "4xx": errorBody, "5xx": errorBody },
        summary: "The legal holds in force",
      },
    },
    async () => ({ holds: (await link.ask("administer", { act: "holds", request: {} })) as never }),
  );
}
