import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createSecureContext } from "node:tls";
import { CliError } from "../error.ts";
import type { Config } from "./read-config.ts";
import type { TlsPaths } from "./schema.ts";

/** A certificate, with those that lead from it to its authority behind it, and its key; both in PEM. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

const SOON_MS = 14 * 86_400_000;

/** The top-level `tls`, with which Custody itself answers; undefined when there is none. @throws CliError CONFIG_INVALID */
export function serverTls({ folder, tls }: Config, warn: (text: string) => void): TlsFiles | undefined {
  return tls === undefined ? undefined : readTlsFiles(tls, "tls", folder, warn);
}

/**
 * Reads both files, and makes sure that they can be served. A certificate that is out of date is only warned about:
 * its clients will say so themselves, and those that do not look go on.
 *
 * @throws CliError CONFIG_INVALID
 */
export function readTlsFiles(
  paths: TlsPaths,
  place: string,
  folder: string,
  warn: (text: string) => void,
  nowMs: number = Date.now(),
): TlsFiles {
  const [certificateFile, keyFile] = [resolve(folder, paths.cert), resolve(folder, paths.key)];
  const certificate = readPem(certificateFile, `${place}.cert`);
  const key = readPem(keyFile, `${place}.key`);
  const leaf = parse(
    `${place}.cert: ${certificateFile} holds no certificate`,
    () => new X509Certificate(certificate),
  );
  const encrypted = /ENCRYPTED/.test(key) ? ", since it has a passphrase: give one without" : "";
  const parsedKey = parse(`${place}.key: ${keyFile} holds no key that can be read${encrypted}`, () =>
    createPrivateKey(key),
  );
  if (!leaf.checkPrivateKey(parsedKey))
    throw invalid(`${place}: the key in ${keyFile} is not the one of the certificate in ${certificateFile}`);
  parse(`${place}: OpenSSL does not serve ${certificateFile} with ${keyFile}`, () =>
    createSecureContext({ cert: certificate, key }),
  );
  warnAboutDates(leaf, `${place}.cert: the certificate in ${certificateFile}`, nowMs, warn);
  return { certificate, key };
}

/** @throws CliError CONFIG_INVALID */
export function readPem(file: string, place: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw invalid(`${place}: ${file} ${isMissing ? "is not there" : "cannot be read"}`, cause);
  }
}

function parse<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    // What OpenSSL says is a code and the place in its source; it never quotes the file.
    const { code } = cause as { code?: string };
    throw invalid(code === undefined ? what : `${what} (${code})`, cause);
  }
}

function warnAboutDates(
  leaf: X509Certificate,
  what: string,
  nowMs: number,
  warn: (text: string) => void,
): void {
  const [fromMs, toMs] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  if (toMs <= nowMs) warn(`${what} has expired at ${leaf.validTo}: clients that verify it will refuse`);
  else if (toMs <= nowMs + SOON_MS) warn(`${what} expires at ${leaf.validTo}`);
  if (fromMs > nowMs) warn(`${what} is valid only from ${leaf.validFrom}`);
}

function invalid(what: string, cause?: unknown): CliError {
  return new CliError("CONFIG_INVALID", what, "correct it, see docs/tls.md", { cause });
}
