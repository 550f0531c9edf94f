import { z } from "zod";
import type { Api } from "../http/api.ts";
import { principalOf } from "../http/principal-of.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const answer = z.strictObject({ action: z.string(), index: z.number().int().min(0) });

/** A statement of 256 KiB, and what came of it. */
const BODY_BYTES_MAX = 4 * 1024 * 1024;

/** Simulations run in a process of their own, and are recorded here. */
export function simulationRoutes(api: Api, { link }: RouteParts): void {
  api.post(
    "/api/simulations",
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { act: "simulate" },
      schema: {
        // The data path reads it, since it knows the targets.
        body: z.looseObject({}),
        response: { 200: answer, "4xx": errorBody, "5xx": errorBody },
        summary: "Record that a statement is about to be simulated, or what came of it",
      },
    },
    (request) =>
      link.ask("administer", {
        act: "record-simulation",
        by: principalOf(request),
        request: request.body,
      }) as Promise<never>,
  );
}
