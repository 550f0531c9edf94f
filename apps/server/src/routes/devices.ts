import type { SignedIn } from "@custody/identity";
import { z } from "zod";
import { DeviceCodes, INTERVAL_SECONDS } from "../access/device-codes.ts";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import { principalOf } from "../http/principal-of.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

const begun = z.strictObject({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string(),
  expires_in: z.number(),
  interval: z.number(),
});

const userCode = z.string().min(1).max(40);

/** How a command line is signed in by somebody who is signed in elsewhere: the words are those of RFC 8628. */
export function deviceRoutes(api: Api, { attempts, link, nowMs, origin }: RouteParts): void {
  const devices = new DeviceCodes();
  api.post(
    "/api/device",
    {
      config: { act: "public" },
      schema: {
        body: z.strictObject({ client: z.string().max(200).default("") }),
        response: { 200: begun, "4xx": errorBody },
        security: [],
        summary: "Begin to sign a command line in",
      },
    },
    async ({ body, ip }) => {
      const { deviceCode, expiresMs, userCode: code } = devices.begin(body.client, ip, nowMs());
      return {
        device_code: deviceCode,
        expires_in: Math.floor((expiresMs - nowMs()) / 1000),
        interval: INTERVAL_SECONDS,
        user_code: code,
        verification_uri: `${origin()}/#device`,
        verification_uri_complete: `${origin()}/#device=${code}`,
      };
    },
  );
  api.post(
    "/api/device/token",
    {
      config: { act: "public" },
      schema: {
        body: z.strictObject({ device_code: z.string().max(200) }),
        response: { 200: z.strictObject({ token: z.string(), expires: z.string() }), "4xx": errorBody },
        security: [],
        summary: "The token, once somebody has confirmed it",
      },
    },
    async ({ body }) => devices.take(body.device_code, nowMs()),
  );
  const find = (typed: string, address: string) => {
    const device = devices.waiting(typed, nowMs());
    if (device !== undefined) return device;
    attempts.count(address, "a wrong device code", nowMs());
    throw new HttpProblem("not-found", "no command line waits with this code; look at it again");
  };
  api.post(
    "/api/device/look",
    {
      config: { act: "tokens.own" },
      schema: {
        body: z.strictObject({ user_code: userCode }),
        response: {
          200: z.strictObject({ user_code: z.string(), client: z.string(), address: z.string() }),
          "4xx": errorBody,
        },
        summary: "Which command line waits to be confirmed",
      },
    },
    async ({ body, ip }) => {
      const { address, client, userCode: code } = find(body.user_code, ip);
      return { address, client, user_code: code };
    },
  );
  api.post(
    "/api/device/confirm",
    {
      config: { act: "tokens.own" },
      schema: {
        body: z.strictObject({ user_code: userCode, allow: z.boolean() }),
        response: { 200: z.strictObject({}), "4xx": errorBody, "5xx": errorBody },
        summary: "Let a command line act for whoever confirms it, for twelve hours; or refuse it",
      },
    },
    async (request) => {
      const { allow, user_code } = request.body;
      const device = find(user_code, request.ip);
      const by = principalOf(request);
      if (!allow) devices.settle(device, "denied");
      else {
        const asked = { act: "confirm-device", by, request: {} } as const;
        const { expires, secret } = (await link.ask("identity", asked)) as SignedIn;
        devices.settle(device, { expires, token: secret });
      }
      return {};
    },
  );
}
