import { isLoopbackHost, parsePostgresUrl } from "@custody/gateway/upstream-url";
import { CliError } from "../error.ts";

export interface DatabaseUrl {
  /** As it was given, with the password. */
  readonly text: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly isLoopback: boolean;
  /** What the URL says about encryption; undefined when it says nothing. */
  readonly sslMode: string | undefined;
  /** The file with the certificates to trust, if it names one. */
  readonly sslRootCertificate: string | undefined;
}

/** @throws CliError USAGE for other databases, GatewayError for what cannot be understood; neither repeats the URL */
export function parseDatabaseUrl(text: string): DatabaseUrl {
  if (text.trim() === "")
    throw new CliError("USAGE", "the database's URL is empty", 'is the variable set? echo "$DATABASE_URL"');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text.trim())?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "postgres" && scheme !== "postgresql")
    throw new CliError("USAGE", `${scheme}: cannot be guarded`, "only postgres:// is supported yet");
  const { database, host, password, port, tls, user } = parsePostgresUrl(text);
  const query = new URLSearchParams(/\?(.*)$/s.exec(text.trim())?.[1] ?? "");
  return {
    database,
    host,
    isLoopback: isLoopbackHost(host),
    password,
    port,
    sslMode: query.has("sslmode") || tls.mode !== "prefer" ? tls.mode : undefined,
    sslRootCertificate: query.get("sslrootcert") ?? undefined,
    text: text.trim(),
    user,
  };
}

/** The URL as it may be shown. A user's name ends at the first colon, and a password at the last `@` before the path. */
export function withoutPassword(text: string): string {
  return text.replace(/^([a-z]+:\/\/[^:/?#]*):[^/?#]*@/i, "$1:***@");
}
