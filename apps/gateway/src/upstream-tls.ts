import type { Socket } from "node:net";
import { isIP } from "node:net";
import {
  type ConnectionOptions,
  connect,
  createSecureContext,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import { CaptureError, POSTGRES_ALPN } from "@custody/capture/postgres";
import type { SslMode } from "./upstream-url.ts";

/** How to speak TLS with a database, with the content of files in PEM. */
export interface UpstreamTls {
  readonly mode: SslMode;
  /** TLS begins at once, without asking for it (PostgreSQL 17 and newer). */
  readonly isDirect: boolean;
  /** The certificates that are trusted; without any, nothing is verified. */
  readonly roots?: readonly string[] | undefined;
  /** What Custody shows of itself, to a database that wants it. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** What every connection to one database shares. Throws what OpenSSL says of the files. */
export function upstreamContext({ certificate, key, roots }: UpstreamTls): SecureContext {
  return createSecureContext({
    minVersion: "TLSv1.2",
    // The providers' bundles have a hundred certificates and more: too many to be read for each connection.
    ...(roots === undefined ? undefined : { ca: [...roots] }),
    ...(certificate === undefined ? undefined : { cert: certificate }),
    ...(key === undefined ? undefined : { key }),
  });
}

/** Shakes hands on a connected socket. @throws CaptureError UPSTREAM_TLS_FAILED, UPSTREAM_UNVERIFIED */
export function encryptUpstream(
  socket: Socket,
  address: { readonly host: string; readonly port: number },
  tls: UpstreamTls,
  secureContext: SecureContext,
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connect({ ...optionsOf(socket, address.host, tls), secureContext });
    // Whoever uses the socket later sees its end; an error that nobody listens for would end the process.
    secured.on("error", (cause: NodeJS.ErrnoException) => reject(refusalOf(cause, secured, address)));
    secured.on("close", () => reject(failed(address, "it closed the connection")));
    secured.once("secureConnect", () => {
      if (secured.alpnProtocol === POSTGRES_ALPN || (!tls.isDirect && !secured.alpnProtocol))
        return resolve(secured);
      secured.destroy();
      reject(failed(address, "what answers there does not say that it is PostgreSQL (ALPN)"));
    });
  });
}

/**
 * libpq's rules: any mode verifies the chain once there are roots, and only verify-full compares the name
 * (https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-SSLMODE-STATEMENTS).
 */
function optionsOf(socket: Socket, host: string, tls: UpstreamTls): ConnectionOptions {
  return {
    ALPNProtocols: [POSTGRES_ALPN],
    host,
    rejectUnauthorized: tls.roots !== undefined,
    socket,
    // An address is no name that a server could choose its certificate by (RFC 6066).
    ...(isIP(host) === 0 ? { servername: host } : undefined),
    ...(tls.mode === "verify-full" ? undefined : { checkServerIdentity: () => undefined }),
  };
}

function refusalOf(
  cause: NodeJS.ErrnoException,
  secured: TLSSocket,
  address: { readonly host: string; readonly port: number },
): CaptureError {
  const code = cause.code ?? "no reason was given";
  // Set once the certificate was looked at, and found wanting.
  if (!secured.authorizationError) return failed(address, `the handshake failed (${code})`, cause);
  return new CaptureError("UPSTREAM_UNVERIFIED", `${certificateOf(address)} ${unverified(code)}`, { cause });
}

function unverified(code: string): string {
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return "is for another host: connect by a name that stands in it, or use sslmode=verify-ca";
  if (code === "CERT_HAS_EXPIRED") return "has expired: renew it on the server";
  if (code === "CERT_NOT_YET_VALID") return "is not valid yet: compare the clocks of the two machines";
  return `is not trusted (${code}): name the certificate of the authority that issued it with sslrootcert`;
}

function certificateOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `the certificate of the database at ${host}:${port}`;
}

function failed(
  { host, port }: { readonly host: string; readonly port: number },
  why: string,
  cause?: unknown,
): CaptureError {
  return new CaptureError("UPSTREAM_TLS_FAILED", `no TLS with the database at ${host}:${port}: ${why}`, {
    cause,
  });
}
