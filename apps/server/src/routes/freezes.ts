import type { Act } from "@custody/identity";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import type { FreezeInForce } from "../process/data-path.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const freeze: z.ZodType<FreezeInForce> = z.strictObject({
  id: z.string(),
  target: z.string().exactOptional(),
  project: z.string().exactOptional(),
  reason: z.string(),
  by: z.string(),
  since: z.string(),
  until: z.string().exactOptional(),
});

const problems = { "4xx": errorBody, "5xx": errorBody } as const;

/** The data path reads what is sent, since it knows the targets and the projects. */
const changes: readonly {
  readonly act: "freeze" | "thaw";
  readonly permission: Act;
  readonly summary: string;
}[] = [
  { act: "freeze", permission: "freeze", summary: "Freeze a target, a project, or everything" },
  { act: "thaw", permission: "thaw", summary: "Allow writes again; answers what was frozen" },
];

/** A freeze holds from the next statement on, on every connection. */
export function freezeRoutes(api: Api, { link }: RouteParts): void {
  api.get(
    "/api/freezes",
    {
      config: { act: "status.read" },
      schema: {
        response: { 200: z.strictObject({ freezes: z.array(freeze) }), ...problems },
        summary: "What is frozen",
      },
    },
    async (request) => ({
      freezes: (await link.ask("administer", {
        act: "freezes",
        by: principalOf(request),
        request: {},
      })) as never,
    }),
  );
  for (const { act, permission, summary } of changes) {
    api.post(
      `/api/${act}`,
      {
        config: { act: permission },
        schema: { body: z.looseObject({}), response: { 200: freeze, ...problems }, summary },
      },
      (request) =>
        link.ask("administer", { act, by: principalOf(request), request: request.body }) as Promise<never>,
    );
  }
}
