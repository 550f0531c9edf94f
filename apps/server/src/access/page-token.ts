import { createHmac, randomBytes } from "node:crypto";
import { isSameSecret } from "./bearer-token.ts";

export const PAGE_TOKEN_TTL_MS: number = 12 * 3_600_000;

/**
 * What a browser shows: `cp1.<expires, in ms>.<nonce>.<HMAC>`, under the local token. Nothing is stored, so it outlives
 * a restart; a new local token ends all of them.
 */
export function makePageToken(secret: string, expiresMs: number): string {
  const head = `cp1.${expiresMs}.${randomBytes(16).toString("base64url")}`;
  return `${head}.${seal(secret, head)}`;
}

export function isPageToken(token: string, secret: string, nowMs: number): boolean {
  const [, head, expires, sealed] =
    /^(cp1\.(\d{1,16})\.[A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/.exec(token) ?? [];
  if (head === undefined || sealed === undefined) return false;
  return isSameSecret(sealed, seal(secret, head)) && Number(expires) > nowMs;
}

/** The label keeps what is sealed here from meaning anything elsewhere. */
function seal(secret: string, head: string): string {
  return createHmac("sha256", secret).update(`custody/page-token/v1\n${head}`).digest("base64url");
}
