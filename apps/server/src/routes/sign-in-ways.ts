import { z } from "zod";
import { passkeyPlace } from "../access/passkey-place.ts";
import type { Api } from "../http/api.ts";
import type { RouteParts } from "./parts.ts";

const ways = z.strictObject({
  passkeys: z.discriminatedUnion("isAvailable", [
    z.strictObject({ isAvailable: z.literal(true), origin: z.string(), rpId: z.string() }),
    z.strictObject({ isAvailable: z.literal(false), why: z.string() }),
  ]),
});

/** Which ways in there are, and why not. */
export function signInWayRoutes(api: Api, { origin, settings }: RouteParts): void {
  api.get(
    "/api/sign-in/ways",
    {
      config: { act: "public" },
      schema: {
        response: { 200: ways },
        security: [],
        summary: "Which ways in there are besides a password",
      },
    },
    async () => ({ passkeys: passkeyPlace(settings, origin()) }),
  );
}
