import { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { rootCertificates } from "node:tls";
import type { UpstreamTls } from "@custody/gateway";
import { isLoopbackHost, type PostgresUrl } from "@custody/gateway/upstream-url";
import type { Environment } from "../environment.ts";
import { CliError } from "../error.ts";
import { readPem, readTlsFiles } from "./tls-files.ts";

/** Where systems keep the roots that they trust: Debian, Red Hat, SUSE, and Alpine, macOS or BSD. */
const SYSTEM_ROOTS = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/** Reads the files that a database's URL names. @throws CliError CONFIG_INVALID */
export function readUpstreamTls(
  name: string,
  { host, tls }: PostgresUrl,
  folder: string,
  { variables }: Environment,
  warn: (text: string) => void,
): UpstreamTls {
  const { certificate, isDirect, key, mode, rootCertificate } = tls;
  const place = `target ${name}, upstream`;
  const own =
    certificate === undefined || key === undefined
      ? undefined
      : readTlsFiles({ cert: certificate, key }, place, folder, warn);
  const roots =
    rootCertificate === "system"
      ? systemRoots(variables)
      : rootCertificate && readRoots(resolve(folder, rootCertificate), `${place}, sslrootcert`);
  if (!isLoopbackHost(host) && mode !== "verify-full")
    warn(`target ${name}: ${weakness(mode)} (${host}, sslmode=${mode})`);
  return { isDirect, mode, ...own, ...(roots ? { roots } : undefined) };
}

const ADVICE = "use sslmode=verify-full and sslrootcert, see docs/tls.md";

/** What somebody on the way to the database could do, although the configuration may be right to accept it. */
function weakness(mode: UpstreamTls["mode"]): string {
  if (mode === "disable") return `the database is reached in plain text; ${ADVICE}`;
  if (mode === "verify-ca")
    return `any host with a certificate of this authority passes for the database; ${ADVICE}`;
  return `anybody on the way can pass for the database, unless a root is named; ${ADVICE}`;
}

/** The machine's own roots; where it has none in a place that is known, those that Node.js brings. */
function systemRoots(variables: Environment["variables"]): readonly string[] {
  const named = variables["SSL_CERT_FILE"];
  if (named) return readRoots(named, "SSL_CERT_FILE");
  const found = SYSTEM_ROOTS.find((file) => existsSync(file));
  return found === undefined ? rootCertificates : readRoots(found, "the roots of this machine");
}

/** One by one, because in a bundle everything behind something unreadable would be left out without a word. */
function readRoots(file: string, place: string): readonly string[] {
  const text = readPem(file, place);
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  if (found.length === 0) throw invalid(`${place}: ${file} holds no certificate`);
  for (const [at, certificate] of found.entries()) {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      throw invalid(`${place}: certificate ${at + 1} in ${file} cannot be read`, cause);
    }
  }
  return found;
}

function invalid(what: string, cause?: unknown): CliError {
  return new CliError("CONFIG_INVALID", what, "name a file in PEM, see docs/tls.md", { cause });
}
