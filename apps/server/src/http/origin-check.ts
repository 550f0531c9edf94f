import type { IncomingHttpHeaders } from "node:http";

/**
 * Whether a browser made the request for a page of ours, or no browser made it.
 *
 * Other sites, and other servers on other ports of this machine, could otherwise have a visitor's browser ask. They hold
 * no token; this is the second lock. Only browsers send these headers, and no script can change them.
 */
export function isOwnOrigin(headers: IncomingHttpHeaders, ownOrigins: readonly string[]): boolean {
  const { origin } = headers;
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  return origin === undefined || ownOrigins.includes(origin.toLowerCase());
}
