import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { Client } from "pg";
import { CliError } from "../error.ts";
import type { DatabaseUrl } from "./database-url.ts";

export interface FoundDatabase {
  readonly version: string;
  /** Whether the connection was encrypted. */
  readonly tls: boolean;
}

const TIMEOUT_MS = 10_000;

/**
 * Signs in as Custody will, and asks for the version.
 *
 * @throws CliError DATABASE_UNREACHABLE, DATABASE_REFUSED, FILE_UNUSABLE; the message never holds the password
 */
export async function checkDatabase(url: DatabaseUrl): Promise<FoundDatabase> {
  const ways = waysOf(url);
  for (const [at, ssl] of ways.entries()) {
    try {
      return { tls: ssl !== false, version: await versionOf(url, ssl) };
    } catch (error) {
      const isLast = at === ways.length - 1;
      if (isLast || !isAboutEncryption(error as Error)) throw explain(error as Error, url);
    }
  }
  throw new Error("a URL has at least one way");
}

async function versionOf(url: DatabaseUrl, ssl: Encryption): Promise<string> {
  const client = new Client({
    application_name: "custody guard",
    connectionTimeoutMillis: TIMEOUT_MS,
    database: url.database,
    host: url.host,
    // Undefined would mean PGPASSWORD, or a file in the home folder, which Custody will not look at.
    password: url.password ?? "",
    port: url.port,
    query_timeout: TIMEOUT_MS,
    ssl,
    user: url.user,
  });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query("SHOW server_version");
    const version = String((rows[0] as { server_version?: string } | undefined)?.server_version ?? "unknown");
    return version.split(" ")[0] as string;
  } finally {
    await client.end().catch(() => {});
  }
}

type Encryption = false | ConnectionOptions;

/** As libpq reads `sslmode`: `prefer`, the default, and `allow` take the second way when the server refuses the first. */
function waysOf(url: DatabaseUrl): readonly Encryption[] {
  const { sslMode = "prefer" } = url;
  if (sslMode === "disable") return [false];
  if (sslMode === "allow") return [false, encryptionOf(url)];
  return sslMode === "prefer" ? [encryptionOf(url), false] : [encryptionOf(url)];
}

function encryptionOf({ sslMode, sslRootCertificate }: DatabaseUrl): ConnectionOptions {
  const isSystem = sslRootCertificate === undefined || sslRootCertificate === "system";
  const isVerified = sslMode === "verify-ca" || sslMode === "verify-full" || sslRootCertificate !== undefined;
  return {
    ...(isSystem ? {} : { ca: readCertificates(sslRootCertificate) }),
    ...(sslMode === "verify-full" ? {} : { checkServerIdentity: () => undefined }),
    rejectUnauthorized: isVerified,
  };
}

/** Whether the server may think otherwise of the other way: it has no TLS, or lets nobody in by this one. */
function isAboutEncryption({ code, message }: Error & { code?: string }): boolean {
  return /does not support SSL/.test(message) || code === "28000";
}

function readCertificates(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new CliError("FILE_UNUSABLE", `${file} cannot be read`, "correct sslrootcert in the URL", {
      cause,
    });
  }
}

function explain(error: Error & { code?: string }, url: DatabaseUrl): CliError {
  const { database, host, port, user } = url;
  const place = `${host}:${port}`;
  const unreachable = (what: string, advice: string) =>
    new CliError("DATABASE_UNREACHABLE", what, advice, { cause: error });
  const refused = (what: string, advice: string) =>
    new CliError("DATABASE_REFUSED", what, advice, { cause: error });
  const { code = "", message } = error;
  if (code === "ECONNREFUSED")
    return unreachable(`nothing listens at ${place}`, "start the database, or correct the port");
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return unreachable(`the host ${host} is not known here`, "correct its name");
  if (code === "ETIMEDOUT" || /timeout/.test(message))
    return unreachable(`${place} does not answer`, "correct host and port, or open the firewall between");
  if (/must be a (non-empty )?string/.test(message))
    return refused(`${place} asks for a password of ${user}, and the URL has none`, "add it to the URL");
  if (code === "28P01") return refused(`${place} does not take this password of ${user}`, "correct it");
  if (code === "28000" && /no encryption|SSL off/.test(message))
    return refused(
      `${place} takes only encrypted connections from here`,
      "add ?sslmode=verify-full&sslrootcert=system to the URL, or allow plain ones in its pg_hba.conf",
    );
  if (code === "3D000")
    return refused(`${place} has no database ${JSON.stringify(database)}`, "correct the end of the URL");
  if (/does not support SSL/.test(message))
    return refused(`${place} does not offer encryption`, "use sslmode=disable, on a network that you trust");
  if (/certificate/.test(message))
    return refused(
      `the certificate of ${place} is not trusted: ${message}`,
      "name in sslrootcert the certificate of the authority that signed it, and the host as it stands there",
    );
  if (/^[0-9A-Z]{5}$/.test(code))
    return refused(`${place} lets ${user} not in: ${message}`, "see the database's own log");
  return unreachable(`what answers at ${place} is no PostgreSQL: ${message}`, "correct host and port");
}
