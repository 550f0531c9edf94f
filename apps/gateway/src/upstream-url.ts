import { isIP } from "node:net";
import type { PostgresUpstream } from "@custody/capture/postgres";
import { GatewayError } from "./error.ts";

const DEFAULT_PORT = 5432;

/** What libpq calls `sslmode`; these three are content with a plain connection. */
const PLAIN_SSL_MODES = ["disable", "allow", "prefer"];

/** They shape a client's own connection and mean nothing for ours. */
const IGNORED_PARAMETERS = ["application_name", "connect_timeout", "fallback_application_name", "gssencmode"];

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…`, as libpq does
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS), for one host over TCP.
 *
 * No message repeats the URL: it holds a password.
 *
 * @throws GatewayError UPSTREAM_URL_INVALID, UPSTREAM_TLS_UNSUPPORTED
 */
export function parsePostgresUrl(text: string): PostgresUpstream {
  const [, rest] =
    /^postgres(?:ql)?:\/\/(.*)$/s.exec(text.trim()) ?? refuse("it does not begin with postgres://");
  const [, authority, path = "", query = ""] =
    /^([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/s.exec(rest as string) ?? refuse("it has a fragment (#)");
  const at = (authority as string).lastIndexOf("@");
  const { user, password } = parseUser((authority as string).slice(0, Math.max(at, 0)));
  const { host, port } = parseHost((authority as string).slice(at + 1));
  checkParameters(query);
  return { database: path === "" ? user : decode(path, "database"), host, password, port, user };
}

/** Whether a connection to this host stays within the machine. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function parseUser(text: string): { user: string; password: string | undefined } {
  const colon = text.indexOf(":");
  const user = decode(colon === -1 ? text : text.slice(0, colon), "user");
  if (user === "") refuse("it names no user");
  return { user, password: colon === -1 ? undefined : decode(text.slice(colon + 1), "password") };
}

function parseHost(text: string): { host: string; port: number } {
  if (text.includes(",")) refuse("it names several hosts, and only one is supported");
  const [, bracketed, plain, portText] =
    /^(?:\[([^\]]*)\]|([^:]*))(?::(\d*))?$/.exec(text) ?? refuse("its host is malformed");
  if (bracketed !== undefined && isIP(bracketed) !== 6) refuse("its host in brackets is not an IPv6 address");
  const host = bracketed ?? decode(plain as string, "host");
  if (host === "") refuse("it names no host");
  if (host.startsWith("/")) refuse("its host is a Unix socket, which is not supported");
  const port = portText === undefined || portText === "" ? DEFAULT_PORT : Number(portText);
  if (port < 1 || port > 65_535) refuse("its port is not from 1 to 65535");
  return { host, port };
}

function checkParameters(query: string): void {
  for (const [name, value] of new URLSearchParams(query)) {
    if (name === "sslmode" && PLAIN_SSL_MODES.includes(value)) continue;
    if (name.startsWith("ssl")) {
      throw new GatewayError(
        "UPSTREAM_TLS_UNSUPPORTED",
        `TLS upstream is not supported yet: the URL says ${name}=${value}; use sslmode=disable on a network you trust`,
      );
    }
    if (!IGNORED_PARAMETERS.includes(name)) refuse(`its parameter ${JSON.stringify(name)} is not supported`);
  }
}

function decode(text: string, what: string): string {
  try {
    const decoded = decodeURIComponent(text);
    return decoded.includes("\0") ? refuse(`its ${what} contains a zero byte`) : decoded;
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    return refuse(`its ${what} has a percent sign that encodes nothing; write %25 for the sign itself`);
  }
}

function refuse(why: string): never {
  throw new GatewayError("UPSTREAM_URL_INVALID", `the database's URL cannot be used: ${why}`);
}
