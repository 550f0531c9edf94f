import { z } from "zod";
import type { Api } from "../http/api.ts";
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

const answers = { 200: freeze, "4xx": errorBody, "5xx": errorBody };

/** A freeze holds from the next statement on, on every connection. */
export function freezeRoutes(api: Api, { link }: RouteParts): void {
  api.get(
    "/api/freezes",
    {
      config: { access: "operator" },
      schema: {
        response: { 200: z.strictObject({ freezes: z.array(freeze) }), "4xx": errorBody, "5xx": errorBody },
        summary: "What is frozen",
      },
    },
    async () => ({ freezes: (await link.ask("administer", { act: "freezes", request: {} })) as never }),
  );
  api.post(
    "/api/freeze",
    {
      config: { access: "operator" },
      // The data path reads it, since it knows the targets and the projects.
      schema: {
        body: z.looseObject({}),
        response: answers,
        summary: "Freeze a target, a project, or everything",
      },
    },
    ({ body }) => link.ask("administer", { act: "freeze", request: body }) as Promise<never>,
  );
  api.post(
    "/api/thaw",
    {
      config: { access: "operator" },
      schema: {
        body: z.looseObject({}),
        response: answers,
        summary: "Allow writes again; answers what was frozen",
      },
    },
    ({ body }) => link.ask("administer", { act: "thaw", request: body }) as Promise<never>,
  );
}
