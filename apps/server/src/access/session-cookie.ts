import type { IncomingHttpHeaders } from "node:http";
import type { ServerSettings } from "../process/settings.ts";

/**
 * A browser's session has two halves, and neither opens anything without the other. The cookie, which no script can
 * read, goes to every port of the host: an agent's own web server could be sent it. The key, which the page keeps for its
 * own origin and shows in a header, goes to us alone; and no other website can make a browser send such a header.
 */
const SESSION_HEADER = "x-custody-session";

const NAME = "custody-session";
/** Browsers take it over TLS only, from this host only, for every path of it. */
const SECURE_NAME = `__Host-${NAME}`;

/** Both halves, as `Directory.principalOfSession` knows them; undefined when one is missing. */
export function shownSession(headers: IncomingHttpHeaders): string | undefined {
  const key = headers[SESSION_HEADER];
  const cookie = cookieOf(headers.cookie, SECURE_NAME) ?? cookieOf(headers.cookie, NAME);
  return typeof key === "string" && cookie !== undefined ? `${cookie}.${key}` : undefined;
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(";") ?? []) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name && value !== undefined && value !== "") return value;
  }
  return undefined;
}

type Place = Pick<ServerSettings, "publicUrl" | "tls">;

/** Whether the browser that asks came by TLS: to us, or to a proxy that speaks for `publicUrl`. */
function isSecure({ publicUrl, tls }: Place, host: string | undefined): boolean {
  if (tls !== undefined) return true;
  const url = publicUrl === undefined ? undefined : new URL(publicUrl);
  return url?.protocol === "https:" && url.host === host?.toLowerCase();
}

/** The headers that give a browser the cookie. */
export function sessionCookie(
  place: Place,
  host: string | undefined,
  value: string,
  seconds: number,
): string {
  const isTls = isSecure(place, host);
  const head = `${isTls ? SECURE_NAME : NAME}=${value}`;
  return `${head}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${isTls ? "; Secure" : ""}`;
}

/** The header that takes it away. */
export function endedCookie(place: Place, host: string | undefined): string {
  return sessionCookie(place, host, "", 0);
}
