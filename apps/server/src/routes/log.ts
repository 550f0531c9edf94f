import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LedgerError } from "@custody/ledger";
import { parseEntriesPath, parseTilePath } from "@custody/ledger/verifier";
import { z } from "zod";
import type { Api } from "../http/api.ts";
import { HttpProblem } from "../http/http-problem.ts";
import type { RouteParts } from "./parts.ts";
import { errorBody } from "./schemas.ts";

/** The log itself, as https://c2sp.org/tlog-tiles wants it served, for any tool that checks such logs. */
export function logRoutes(api: Api, { reader, settings }: RouteParts): void {
  api.get(
    "/log/checkpoint",
    {
      config: { act: "public" },
      schema: {
        response: { 200: { content: { "text/plain": { schema: z.string() } } }, "4xx": errorBody },
        security: [],
        summary: "The newest published checkpoint, a signed note",
      },
    },
    async (_, reply) => {
      const checkpoint = await reader.checkpoint();
      if (checkpoint === undefined) throw new HttpProblem("not-found", "there is no checkpoint yet");
      return reply
        .header("cache-control", "no-cache")
        .type("text/plain; charset=utf-8")
        .serializer((text: string) => text)
        .send(checkpoint);
    },
  );
  api.get(
    "/log/tile/*",
    {
      config: { act: "log.tiles" },
      schema: {
        params: z.object({ "*": z.string().max(200) }),
        response: {
          200: {
            content: {
              "application/octet-stream": {
                schema: z.instanceof(Buffer).meta({ format: "binary", type: "string" }),
              },
            },
          },
          "4xx": errorBody,
        },
        summary: "A tile of hashes, or a bundle of entries: /log/tile/0/000.p/5, /log/tile/entries/000",
      },
    },
    async ({ params }, reply) => {
      const bytes = await readTile(settings.directory, `tile/${params["*"]}`);
      // A tile with a width never changes, and it holds what only readers may see.
      return reply
        .header("cache-control", "private, max-age=31536000, immutable")
        .type("application/octet-stream")
        .send(bytes);
    },
  );
}

async function readTile(directory: string, path: string): Promise<Buffer> {
  if (!isTilePath(path)) throw new HttpProblem("not-found", "this is not the path of a tile");
  try {
    return await readFile(join(directory, path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new HttpProblem("not-found", "the log has no such tile yet, or the full one took its place");
  }
}

/** Only what the log itself would have written is a path: no dots, no second spelling. */
function isTilePath(path: string): boolean {
  try {
    if (path.startsWith("tile/entries/")) parseEntriesPath(path);
    else parseTilePath(path);
    return true;
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}
