import { z } from "zod";
import type { Api } from "../http/api.ts";

/** The description of all of this, for programs. */
export function openApiRoutes(api: Api): void {
  api.get(
    "/api/openapi.json",
    {
      config: { act: "api.read" },
      schema: { response: { 200: z.looseObject({ openapi: z.string() }) }, summary: "This document" },
    },
    async () => api.swagger() as { openapi: string },
  );
}
