import { z } from "zod";
import { isLocal } from "../access/gatekeeper.ts";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { principalOf } from "../http/principal-of.ts";
import type { ExportedKey } from "../process/data-path.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const exportedKey: z.ZodType<ExportedKey> = z.strictObject({
  copy: z.string(),
  ledger: z.string(),
  origin: z.string(),
  generation: z.number().int().min(1),
  made: z.string(),
  recipients: z.array(z.string()),
});

/** What is done with the ledger's keys while a server runs on it. */
export function keyRoutes(api: Api, { link }: RouteParts): void {
  api.post(
    "/api/keys/export",
    {
      config: { act: "keys.export" },
      schema: {
        // The data path reads it, since it knows what a recipient is.
        body: z.looseObject({ recipients: z.array(z.string()) }),
        response: { 200: exportedKey, "4xx": errorBody, "5xx": errorBody },
        summary: "A recovery copy of the master key, encrypted for recipients of age; on this machine only",
      },
    },
    (request) => {
      const { body, headers, ip } = request;
      // The token may be in use elsewhere too; the key leaves the machine only by the hand of who works on it.
      if (!isLocal({ address: ip, headers }))
        throw new HttpProblem("not-permitted", "the master key is exported on the machine itself");
      return link.ask("administer", {
        act: "export-key",
        by: principalOf(request),
        request: body,
      }) as Promise<ExportedKey>;
    },
  );
}
