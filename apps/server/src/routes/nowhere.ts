import type { FastifyRequest } from "fastify";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";

const METHODS = ["GET", "POST"] as const;

/** Below these prefixes nothing is a page, and whoever shows no token learns nothing. */
export function nowhereRoutes(api: Api): void {
  const refuse = async (request: FastifyRequest): Promise<never> => {
    const [path] = request.url.split("?", 1);
    const isKnown = METHODS.some((method) => api.hasRoute({ method, url: path as string }));
    if (isKnown) throw new HttpProblem("method-not-allowed", `${path} has no ${request.method}`);
    throw new HttpProblem("not-found", "there is nothing here");
  };
  for (const url of ["/api", "/api/*", "/log", "/log/*"])
    api.all(url, { config: { act: "api.read" }, schema: { hide: true } }, refuse);
}
