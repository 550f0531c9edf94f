import type { IncomingMessage, ServerResponse } from "node:http";
import type { Principal } from "@custody/identity";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Access } from "../access/gatekeeper.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Every route says what it takes to use it; one that does not keeps the server from starting. */
    act?: Access;
  }

  interface FastifyRequest {
    /** Who asks; null where a route is open to everybody. */
    principal: Principal | null;
    /** Its connection is one of those that stay when there is no room for everybody. */
    letStay(): void;
  }
}

/** The server while routes are added to it; their schemas are Zod's. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
