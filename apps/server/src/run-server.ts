import { type AssembledServer, assembleServer, type ServerSurroundings } from "./assemble-server.ts";
import { listen, urlOf } from "./listen.ts";
import type { AlertsMark } from "./process/alert-desk.ts";
import { makeSignInCode } from "./routes/sign-in.ts";

export interface RunServerOptions extends Pick<ServerSurroundings, "settings" | "link" | "warn"> {
  /** How long an address that is taken is tried again. */
  readonly listenPatienceMs: number;
}

export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly signInUrl: string;
  /** The ledger has grown to `size`, or alerts have changed. */
  grown(size: number, alerts: AlertsMark): void;
  close(): Promise<void>;
}

/** Reads the ledger, asks the data path for what only that can do, and answers HTTP. @throws ServerError */
export async function runServer(options: RunServerOptions): Promise<RunningServer> {
  const { settings, link, listenPatienceMs, warn } = options;
  let url = "";
  const server: AssembledServer = await assembleServer({
    link,
    nowMs: Date.now,
    settings,
    url: () => url,
    warn,
  });
  const port = await listen(server.api, settings, listenPatienceMs);
  url = urlOf(settings, port);
  return {
    close: server.close,
    grown: (size, alerts) => {
      server.parts.feed.grown(size);
      server.parts.alerts.changed(alerts);
    },
    port,
    signInUrl: makeSignInCode(server.parts).url,
    url,
  };
}
