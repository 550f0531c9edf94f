import { isIP } from "node:net";

/**
 * Whether a Host header is one that a request to this server can honestly have.
 *
 * A web page can make a browser send requests here under a name of its own that it lets point to 127.0.0.1 (DNS
 * rebinding). Addresses and `localhost` cannot be made to point elsewhere, so they are fine; so are the names in
 * `listen` and `publicUrl`.
 */
export function isTrustedHost(header: string | undefined, names: readonly string[]): boolean {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]*))(?::\d{1,5})?$/.exec(header ?? "") ?? [];
  const host = (bracketed ?? plain ?? "").toLowerCase();
  return (
    host === "localhost" ||
    isIP(host) !== 0 ||
    (host !== "" && names.some((name) => name.toLowerCase() === host))
  );
}
