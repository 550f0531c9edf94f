import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { LedgerReader } from "@custody/ledger";
import { AccessLog } from "./access/access-log.ts";
import { Challenges } from "./access/challenges.ts";
import { FailedAttempts } from "./access/failed-attempts.ts";
import { followIdentities } from "./access/follow-identities.ts";
import { Gatekeeper } from "./access/gatekeeper.ts";
import { SessionUse } from "./access/session-use.ts";
import { SignInCodes } from "./access/sign-in-codes.ts";
import { SignInDesk } from "./access/sign-in-desk.ts";
import type { Api } from "./http/api.ts";
import { createApi } from "./http/create-api.ts";
import type { GuardedRoute } from "./http/guard-routes.ts";
import { openRecords } from "./open-records.ts";
import { keepOutside } from "./outside/keep-outside.ts";
import type { DataPathLink } from "./process/data-path-link.ts";
import { linkKeySource } from "./process/link-key-source.ts";
import type { ServerSettings } from "./process/settings.ts";
import { addRoutes } from "./routes/add-routes.ts";
import type { RouteParts } from "./routes/parts.ts";
import { CALLBACK_PATH } from "./sso/settings.ts";
import { SsoDesk } from "./sso/sso-desk.ts";
import { AlertStreams } from "./stream/alert-streams.ts";
import { LiveFeed } from "./stream/live-feed.ts";

export interface ServerSurroundings {
  readonly settings: ServerSettings;
  readonly link: Pick<DataPathLink, "ask" | "onIdentity">;
  readonly warn: (text: string) => void;
  readonly nowMs: () => number;
  /** Our own address, once we listen. */
  readonly url: () => string;
}

export interface AssembledServer {
  readonly api: Api;
  readonly parts: RouteParts;
  /** Everything that is answered, with what it takes. */
  readonly routes: readonly GuardedRoute[];
  close(): Promise<void>;
}

/** Puts the server together, all but the port. */
export async function assembleServer(surroundings: ServerSurroundings): Promise<AssembledServer> {
  const { settings, link, warn, nowMs, url } = surroundings;
  const { directory, publicUrl, token } = settings;
  const reader = await LedgerReader.open({ directory, keySource: linkKeySource(link) });
  const records = await openRecords(directory, reader);
  records.onPurgeFailed(({ message }) => warn(message));
  const attempts = new FailedAttempts(warn);
  const listeners: (() => void)[] = [];
  const identities = await followIdentities(link, reader, () => {
    for (const listener of listeners) listener();
  });
  const accessLog = new AccessLog(link, warn);
  const verifierKey = (await readFile(join(directory, "keys", "verifier"), "utf8")).trim();
  const outside = await keepOutside({
    directory,
    link,
    nowMs,
    reader,
    settings: settings.outside ?? {},
    verifierKey,
    warn,
  });
  const origin = () => (publicUrl === undefined ? url() : new URL(publicUrl).origin);
  const redirectUri = () => `${origin()}${CALLBACK_PATH}`;
  const parts: RouteParts = {
    accessLog,
    alerts: new AlertStreams(),
    attempts,
    challenges: new Challenges(),
    codes: new SignInCodes(),
    feed: new LiveFeed(records, warn),
    identities,
    link,
    nowMs,
    onIdentities: (listener) => listeners.push(listener),
    origin,
    outside,
    reader,
    records,
    settings,
    signIns: new SignInDesk({ accessLog, attempts, identities, link, nowMs }),
    sso: settings.oidc && new SsoDesk({ identities, nowMs, redirectUri, settings: settings.oidc, warn }),
    verifierKey,
  };
  const hasPublicUrl = publicUrl !== undefined;
  const gatekeeper = new Gatekeeper({
    accessLog,
    attempts,
    hasPublicUrl,
    identities,
    link,
    nowMs,
    sessionUse: new SessionUse(link),
    token,
  });
  const routes: GuardedRoute[] = [];
  const api = await createApi({ gatekeeper, routes, settings, warn });
  await addRoutes(api, parts);
  const close = async () => {
    outside.close();
    parts.feed.close();
    await api.close();
    await accessLog.close();
    records.close();
  };
  return { api, close, parts, routes };
}
