import { X509Certificate } from "node:crypto";
import { DerReader } from "../der/der-reader.ts";
import { contextTag, tags } from "../der/tags.ts";
import { AnchorError } from "../error.ts";
import { type Algorithm, readAlgorithm } from "./algorithms.ts";
import { type Extension, readExtensions } from "./extensions.ts";

/** A certificate: RFC 5280, section 4.1. What Node.js does not tell is read from the bytes. */
export interface Certificate {
  readonly bytes: Buffer;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly serial: bigint;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly signatureAlgorithm: Algorithm;
  readonly extensions: ReadonlyMap<string, Extension>;
  /** The same as OpenSSL reads it, for keys and signatures. */
  readonly x509: X509Certificate;
}

/** @throws AnchorError EVIDENCE_MALFORMED */
export function readCertificate(bytes: Buffer): Certificate {
  const outer = new DerReader(bytes, "Certificate");
  const certificate = outer.inside();
  outer.finish();
  const signed = certificate.inside();
  const signatureAlgorithm = readAlgorithm(certificate);
  certificate.take(tags.bitString);
  certificate.finish();
  signed.takeOptional(contextTag(0));
  const serial = signed.integer();
  readAlgorithm(signed);
  const issuer = signed.take(tags.sequence).bytes;
  const validity = signed.inside();
  const [notBeforeMs, notAfterMs] = [validity.timeMs(), validity.timeMs()];
  validity.finish();
  const subject = signed.take(tags.sequence).bytes;
  signed.take(tags.sequence);
  const extensions = readLast(signed);
  const x509 = readX509(bytes);
  return { bytes, issuer, subject, serial, notBeforeMs, notAfterMs, signatureAlgorithm, extensions, x509 };
}

/** Behind the key: two unique identifiers, which nobody uses, and the extensions. */
function readLast(signed: DerReader): ReadonlyMap<string, Extension> {
  while (signed.hasMore) {
    if (signed.nextTag !== contextTag(3)) {
      signed.takeAny();
      continue;
    }
    const explicit = signed.inside(contextTag(3));
    signed.finish();
    const list = explicit.inside();
    explicit.finish();
    return readExtensions(list);
  }
  return new Map();
}

function readX509(bytes: Buffer): X509Certificate {
  try {
    return new X509Certificate(bytes);
  } catch (cause) {
    throw new AnchorError("EVIDENCE_MALFORMED", "Not a certificate: OpenSSL does not read it", { cause });
  }
}
