import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { jsonSchemaTransform, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { Gatekeeper } from "../access/gatekeeper.ts";
import type { ServerSettings } from "../process/settings.ts";
import { answerErrors, problemOf, refuse } from "./answer-errors.ts";
import type { Api } from "./api.ts";
import { ConnectionRoom } from "./connection-room.ts";
import { type GuardedRoute, guardRoutes } from "./guard-routes.ts";
import { HttpProblem } from "./http-problem.ts";
import { openApiInfo } from "./open-api.ts";
import { securityHeaders } from "./security-headers.ts";

const BODY_BYTES_MAX: number = 64 * 1024;

const REQUEST_TIMEOUT_MS = 30_000;

export interface CreateApiOptions {
  readonly settings: Pick<ServerSettings, "host" | "publicUrl" | "tls" | "version">;
  readonly gatekeeper: Gatekeeper;
  /** Filled with every route, as it is added. */
  readonly routes?: GuardedRoute[];
  readonly warn: (text: string) => void;
}

/** The server without its routes: limits, headers, who may come in, and how a "no" looks. */
export async function createApi(options: CreateApiOptions): Promise<Api> {
  const { settings } = options;
  const common = {
    bodyLimit: BODY_BYTES_MAX,
    forceCloseConnections: true,
    // What goes wrong before any route is found.
    frameworkErrors: (error: Error, _: FastifyRequest, reply: FastifyReply) => {
      refuse(reply, problemOf(error) ?? new HttpProblem("not-found", "there is nothing here"));
    },
    // Addresses are those of the connection, whatever a header says.
    trustProxy: false,
    logger: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 500 },
  };
  const server = (settings.tls === undefined
    ? fastify(common)
    : fastify({ ...common, https: { ...settings.tls, minVersion: "TLSv1.2" } })) as unknown as Api;
  const room = new ConnectionRoom();
  room.watch(server.server);
  const api = server.withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(validatorCompiler);
  // Answers are ours, and their types are checked when we are built; tests hold them against the schemas.
  api.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  takeAnyJson(api);
  answerErrors(api, options.warn);
  guardRoutes(api, { ...options, room });
  await api.register(helmet, securityHeaders(settings.tls !== undefined));
  await api.register(swagger, { openapi: openApiInfo(settings.version), transform: jsonSchemaTransform });
  return api;
}

/** Bodies are JSON whatever their type says, as `curl -d` sends them; the token is what keeps other sites out. */
function takeAnyJson(api: Api): void {
  const parse = api.getDefaultJsonParser("error", "error");
  api.removeAllContentTypeParsers();
  api.addContentTypeParser("*", { parseAs: "string" }, (request, body, done) =>
    parse(request, body as string, done),
  );
}
