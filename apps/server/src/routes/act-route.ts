import type { Act } from "@custody/identity";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import type { AdministerAct } from "../process/data-path.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

/** A request that the data path reads, since it knows what there is. */
export interface ActRoute {
  readonly path: string;
  readonly act: AdministerAct;
  /** What it takes. */
  readonly permission: Act;
  readonly summary: string;
  readonly answer: z.ZodType;
}

/** Each of them by POST; the body goes on as it came. */
export function addActRoutes(
  api: Api,
  { link }: Pick<RouteParts, "link">,
  routes: readonly ActRoute[],
): void {
  for (const { act, answer, path, permission, summary } of routes) {
    api.post(
      path,
      {
        config: { act: permission },
        schema: {
          body: z.looseObject({}),
          response: { 200: answer, "4xx": errorBody, "5xx": errorBody },
          summary,
        },
      },
      (request) =>
        link.ask("administer", { act, by: principalOf(request), request: request.body }) as Promise<never>,
    );
  }
}
