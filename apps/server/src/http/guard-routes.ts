import type { FastifyRequest } from "fastify";
import type { Access, Gatekeeper } from "../access/gatekeeper.ts";
import type { ServerSettings } from "../process/settings.ts";
import type { Api } from "./api.ts";
import type { ConnectionRoom } from "./connection-room.ts";
import { isTrustedHost } from "./host-check.ts";
import { HttpProblem } from "./http-problem.ts";
import { isOwnOrigin } from "./origin-check.ts";

export interface GuardOptions {
  readonly settings: Pick<ServerSettings, "host" | "publicUrl" | "tls">;
  readonly gatekeeper: Gatekeeper;
  readonly room: ConnectionRoom;
  /** Filled with every route, as it is added. */
  readonly routes?: GuardedRoute[];
}

export interface GuardedRoute {
  readonly method: string;
  readonly url: string;
  readonly act: Access;
}

/**
 * Looks at each request before anything else does. What a route lets in is said by the route and never by the path:
 * one place has many spellings.
 */
export function guardRoutes(api: Api, { settings, gatekeeper, room, routes = [] }: GuardOptions): void {
  const { host, tls } = settings;
  const publicUrl = settings.publicUrl === undefined ? undefined : new URL(settings.publicUrl);
  const names = publicUrl === undefined ? [host] : [host, publicUrl.hostname];
  const scheme = tls === undefined ? "http" : "https";
  api.addHook("onRoute", ({ config, method, url }) => {
    if (config?.act === undefined) throw new Error(`the route ${url} does not say who may use it`);
    for (const each of [method].flat()) routes.push({ act: config.act, method: each, url });
  });
  api.decorateRequest("principal", null);
  api.decorateRequest("letStay", function (this: FastifyRequest) {
    room.know(this.raw.socket);
  });
  api.addHook("onRequest", async (request, reply) => {
    const { headers } = request;
    if (!isTrustedHost(headers.host, names))
      throw new HttpProblem("host-refused", "the Host header names another host");
    // A path that is nowhere is as closed as the API, so that nobody learns what is there.
    const access = request.routeOptions.config.act ?? "api.read";
    const origins = [`${scheme}://${headers.host}`.toLowerCase(), ...(publicUrl ? [publicUrl.origin] : [])];
    if (!mayComeFromAnywhere(request) && !isOwnOrigin(headers, origins))
      throw new HttpProblem("origin-refused", "another website made this request");
    reply.header("cache-control", "no-store");
    const route = `${request.method} ${request.routeOptions.url ?? "nowhere"}`;
    request.principal = gatekeeper.admit(access, { address: request.ip, headers, route }) ?? null;
    if (request.principal !== null) request.letStay();
  });
}

/** A link on another site may lead to the page. */
function mayComeFromAnywhere({ method, routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.act === "page" && (method === "GET" || method === "HEAD");
}
