import { z } from "zod";
import { passkeyPlace } from "../access/passkey-place.ts";
import type { Api } from "../http/api.ts";
import type { RouteParts } from "./parts.ts";

const ways = z.strictObject({
  passkeys: z.discriminatedUnion("isAvailable", [
    z.strictObject({ isAvailable: z.literal(true), origin: z.string(), rpId: z.string() }),
    z.strictObject({ isAvailable: z.literal(false), why: z.string() }),
  ]),
  /** A provider of OpenID Connect, what it is called, and where the page must be for it; null where there is none. */
  oidc: z.strictObject({ name: z.string(), origin: z.string() }).nullable(),
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
    async () => ({
      oidc: settings.oidc === undefined ? null : { name: settings.oidc.name, origin: origin() },
      passkeys: passkeyPlace(settings, origin()),
    }),
  );
}
