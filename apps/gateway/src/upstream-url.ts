import { isIP } from "node:net";
import type { PostgresUpstream } from "@custody/capture/postgres";
import { GatewayError } from "./error.ts";

/** This file is a face of its own: whoever only reads addresses need not load the data path. */
export { GatewayError } from "./error.ts";

const DEFAULT_PORT = 5432;

/** From "never" to "with a certificate that is trusted, for this very host". */
const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
const CHANNEL_BINDINGS = ["disable", "prefer", "require"] as const;

export type SslMode = (typeof SSL_MODES)[number];

/** They shape a client's own connection and mean nothing for ours. */
const IGNORED_PARAMETERS = ["application_name", "connect_timeout", "fallback_application_name", "gssencmode"];

/** What a URL says about TLS; files by their paths, not read yet. */
export interface UrlTls {
  readonly mode: SslMode;
  readonly isDirect: boolean;
  /** A path, or `system` for the roots that this machine trusts. */
  readonly rootCertificate?: string;
  readonly certificate?: string;
  readonly key?: string;
}

export interface PostgresUrl extends PostgresUpstream {
  readonly tls: UrlTls;
}

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…`, as libpq does
 * (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS), for one host over TCP.
 *
 * No message repeats the URL: it holds a password.
 *
 * @throws GatewayError UPSTREAM_URL_INVALID
 */
export function parsePostgresUrl(text: string): PostgresUrl {
  const [, rest] =
    /^postgres(?:ql)?:\/\/(.*)$/s.exec(text.trim()) ?? refuse("it does not begin with postgres://");
  const [, authority, path = "", query = ""] =
    /^([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/s.exec(rest as string) ?? refuse("it has a fragment (#)");
  // Taken at its word, such a URL names a part of the password as the host, which messages would then repeat.
  if (path.includes("@")) refuse("an @ follows its first /; in a password write / as %2F and @ as %40");
  const at = (authority as string).lastIndexOf("@");
  const { user, password } = parseUser((authority as string).slice(0, Math.max(at, 0)));
  const { host, port } = parseHost((authority as string).slice(at + 1));
  const database = path === "" ? user : decode(path, "database");
  return { database, host, password, port, user, ...parseParameters(query) };
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

const TLS_PARAMETERS = [
  "channel_binding",
  "sslcert",
  "sslkey",
  "sslmode",
  "sslnegotiation",
  "sslrootcert",
] as const;

type TlsParameters = { -readonly [Name in (typeof TLS_PARAMETERS)[number]]?: string };

function parseParameters(query: string): Pick<PostgresUrl, "tls" | "channelBinding"> {
  const given: TlsParameters = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const known = TLS_PARAMETERS.find((each) => each === name);
    if (known !== undefined) given[known] = value;
    else if (!IGNORED_PARAMETERS.includes(name))
      refuse(`its parameter ${JSON.stringify(name)} is not supported`);
  }
  const channelBinding = oneOf(CHANNEL_BINDINGS, "channel_binding", given.channel_binding ?? "prefer");
  const tls = parseTls(given);
  if (channelBinding === "require" && tls.mode === "disable")
    refuse("channel_binding=require needs TLS, and sslmode=disable forbids it");
  return { tls, ...(channelBinding === "prefer" ? undefined : { channelBinding }) };
}

/** What contradicts itself is refused here as libpq does it, and not found out at the first connection. */
function parseTls({ sslcert, sslkey, sslmode, sslnegotiation, sslrootcert }: TlsParameters): UrlTls {
  const isSystem = sslrootcert === "system";
  const mode = oneOf(SSL_MODES, "sslmode", sslmode || (isSystem ? "verify-full" : "prefer"));
  const isDirect = oneOf(["postgres", "direct"], "sslnegotiation", sslnegotiation || "postgres") === "direct";
  const isWeak = mode === "disable" || mode === "allow" || mode === "prefer";
  if (isSystem && mode !== "verify-full")
    refuse(
      `sslrootcert=system needs sslmode=verify-full, since anybody can get such a certificate for a name`,
    );
  if (isDirect && isWeak) refuse(`sslnegotiation=direct needs sslmode=require or stricter, not ${mode}`);
  if (mode.startsWith("verify-") && !sslrootcert)
    refuse(`sslmode=${mode} needs sslrootcert: the path of the authority's certificate, or system`);
  if (!sslcert !== !sslkey) refuse("sslcert and sslkey are the two halves of one thing: give both or none");
  return {
    isDirect,
    mode,
    ...(sslrootcert ? { rootCertificate: sslrootcert } : undefined),
    ...(sslcert && sslkey ? { certificate: sslcert, key: sslkey } : undefined),
  };
}

function oneOf<Value extends string>(values: readonly Value[], name: string, given: string): Value {
  const found = values.find((value) => value === given);
  return found ?? refuse(`${name} is one of ${values.join(", ")}`);
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
