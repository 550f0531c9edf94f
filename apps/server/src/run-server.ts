import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LedgerReader } from "@custody/ledger";
import { FailedAttempts } from "./access/failed-attempts.ts";
import { Gatekeeper } from "./access/gatekeeper.ts";
import { SignInCodes } from "./access/sign-in-codes.ts";
import { createApi } from "./http/create-api.ts";
import { listen, urlOf } from "./listen.ts";
import type { DataPathLink } from "./process/data-path-link.ts";
import type { ServerSettings } from "./process/settings.ts";
import { addRoutes } from "./routes/add-routes.ts";
import { makeSignInCode } from "./routes/sign-in.ts";
import { scanRecords } from "./scan-records.ts";
import { LiveFeed } from "./stream/live-feed.ts";

export interface RunServerOptions {
  readonly settings: ServerSettings;
  readonly link: Pick<DataPathLink, "ask">;
  /** How long an address that is taken is tried again. */
  readonly listenPatienceMs: number;
  readonly warn: (text: string) => void;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly signInUrl: string;
  /** The ledger has grown to `size`. */
  grown(size: number): void;
  close(): Promise<void>;
}

/** Puts the server together. It reads the ledger, and asks the data path for what only that can do. */
export async function runServer(options: RunServerOptions): Promise<RunningServer> {
  const { settings, link, listenPatienceMs, warn } = options;
  const nowMs = Date.now;
  const reader = await LedgerReader.open({ directory: settings.directory });
  const verifierKey = (await readFile(join(settings.directory, "keys", "verifier"), "utf8")).trim();
  const records = await scanRecords(reader);
  const feed = new LiveFeed(records, warn);
  const attempts = new FailedAttempts(warn);
  const gatekeeper = new Gatekeeper({ attempts, nowMs, token: settings.token });
  const api = await createApi({ gatekeeper, settings, warn });
  let url = "";
  const parts = {
    attempts,
    codes: new SignInCodes(),
    feed,
    link,
    nowMs,
    origin: () => (settings.publicUrl === undefined ? url : new URL(settings.publicUrl).origin),
    reader,
    records,
    settings,
    verifierKey,
  };
  await addRoutes(api, parts);
  const port = await listen(api, settings, listenPatienceMs);
  url = urlOf(settings, port);
  return {
    close: async () => {
      feed.close();
      await api.close();
      records.close();
    },
    grown: (size) => feed.grown(size),
    port,
    signInUrl: makeSignInCode(parts).url,
    url,
  };
}
