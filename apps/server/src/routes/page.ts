import { stat } from "node:fs/promises";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import type { RouteParts } from "./parts.ts";

const NOT_BUILT = [
  "Custody runs, but its page is not built.",
  "",
  "npm run build                      builds it",
  "custody session new --agent NAME   an address for an agent",
  "custody log                        what agents did",
  "",
].join("\n");

/** Everything that is no endpoint: the page's files, and the page itself for the addresses that it makes up. */
export async function pageRoutes(api: Api, { settings: { page } }: RouteParts): Promise<void> {
  // The build leaves `.br` and `.gz` beside what is worth it; compressing at each request would cost time of the data path.
  if (page !== undefined)
    await api.register(fastifyStatic, { preCompressed: true, root: page, serve: false });
  api.get("/*", { config: { act: "page" }, schema: { hide: true } }, async ({ params }, reply) => {
    const path = (params as { "*": string })["*"];
    if (page === undefined || !(await isFile(join(page, "index.html"))))
      return reply
        .type("text/plain; charset=utf-8")
        .serializer((text: string) => text)
        .send(NOT_BUILT);
    const isAsset = path !== "" && isPlain(path) && (await isFile(join(page, path)));
    reply.header("cache-control", isAsset && isHashed(path) ? IMMUTABLE : "no-cache");
    if (isAsset) return reply.sendFile(path, { cacheControl: false });
    // A missing script must not be answered with a page.
    if (/\.[a-z0-9]+$/i.test(path)) throw new HttpProblem("not-found", "there is nothing here");
    return reply.sendFile("index.html", { cacheControl: false });
  });
}

const IMMUTABLE = "public, max-age=31536000, immutable";

/** Letters, digits and a few signs; no part begins with a dot. */
function isPlain(path: string): boolean {
  return path.split("/").every((part) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part));
}

/** The builder puts a digest into the names of what it puts here. */
function isHashed(path: string): boolean {
  return path.startsWith("assets/");
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}
