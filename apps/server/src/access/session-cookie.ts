import type { IncomingHttpHeaders } from "node:http";
import { type CookiePlace, cookieOf, setCookie } from "./cookie.ts";

/**
 * A browser's session has two halves, and neither opens anything without the other. The cookie, which no script can
 * read, goes to every port of the host: an agent's own web server could be sent it. The key, which the page keeps for its
 * own origin and shows in a header, goes to us alone; and no other website can make a browser send such a header.
 */
const SESSION_HEADER = "x-custody-session";

const NAME = "custody-session";

/** Both halves, as `Directory.principalOfSession` knows them; undefined when one is missing. */
export function shownSession(headers: IncomingHttpHeaders): string | undefined {
  const key = headers[SESSION_HEADER];
  const cookie = cookieOf(headers.cookie, NAME);
  return typeof key === "string" && cookie !== undefined ? `${cookie}.${key}` : undefined;
}

/** The header that gives a browser the cookie. */
export function sessionCookie(
  place: CookiePlace,
  host: string | undefined,
  value: string,
  seconds: number,
): string {
  return setCookie(place, host, { name: NAME, seconds, value });
}

/** The header that takes it away. */
export function endedCookie(place: CookiePlace, host: string | undefined): string {
  return sessionCookie(place, host, "", 0);
}
