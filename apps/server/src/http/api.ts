import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Access } from "../access/gatekeeper.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Every route says who may use it; one that does not keeps the server from starting. */
    access?: Access;
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
