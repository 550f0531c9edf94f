import { DerReader, type Element } from "../der/der-reader.ts";
import { contextTag } from "../der/tags.ts";

/** AlgorithmIdentifier, RFC 5280, section 4.1.1.2. */
export interface Algorithm {
  readonly oid: string;
  readonly parameters: Element | undefined;
}

export function readAlgorithm(reader: DerReader): Algorithm {
  const inside = reader.inside();
  const oid = inside.oid();
  const parameters = inside.hasMore ? inside.takeAny() : undefined;
  inside.finish();
  return { oid, parameters };
}

/**
 * The hashes in which nobody can make two messages that match. SHA-1 is not among them, so a timestamp that rests on it
 * proves nothing.
 */
const hashes: Readonly<Record<string, string>> = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

export const SHA256 = "2.16.840.1.101.3.4.2.1";

/** How Node.js calls the hash; undefined when it is none that we trust. */
export function hashOf(oid: string): string | undefined {
  return hashes[oid];
}

/** A way to sign: what kind of key, and the hash where the way names it itself. */
export interface SignatureScheme {
  readonly key: "rsa" | "ec";
  readonly hash: string | undefined;
  /** Only with RSASSA-PSS. */
  readonly saltLength?: number;
}

const schemes: Readonly<Record<string, SignatureScheme>> = {
  // By RFC 3370, the hash is then the one that the signer names beside it.
  "1.2.840.113549.1.1.1": { key: "rsa", hash: undefined },
  "1.2.840.113549.1.1.11": { key: "rsa", hash: "sha256" },
  "1.2.840.113549.1.1.12": { key: "rsa", hash: "sha384" },
  "1.2.840.113549.1.1.13": { key: "rsa", hash: "sha512" },
  "1.2.840.10045.4.3.2": { key: "ec", hash: "sha256" },
  "1.2.840.10045.4.3.3": { key: "ec", hash: "sha384" },
  "1.2.840.10045.4.3.4": { key: "ec", hash: "sha512" },
};

const RSASSA_PSS = "1.2.840.113549.1.1.10";
const MGF1 = "1.2.840.113549.1.1.8";

/** Undefined when it is no way to sign that we know and trust. */
export function schemeOf({ oid, parameters }: Algorithm): SignatureScheme | undefined {
  return oid === RSASSA_PSS ? parameters && pssScheme(parameters) : schemes[oid];
}

/** RSASSA-PSS-params, RFC 4055, section 3.1. What is left out there means SHA-1. */
function pssScheme(parameters: Element): SignatureScheme | undefined {
  const inside = new DerReader(parameters.bytes, "RSASSA-PSS-params").inside();
  if (inside.nextTag !== contextTag(0)) return undefined;
  const hash = hashOf(readAlgorithm(inside.inside(contextTag(0))).oid);
  if (inside.nextTag !== contextTag(1)) return undefined;
  const mask = readAlgorithm(inside.inside(contextTag(1)));
  const maskHash = mask.parameters && readAlgorithm(new DerReader(mask.parameters.bytes, "MGF1 parameters"));
  const saltLength = inside.nextTag === contextTag(2) ? inside.inside(contextTag(2)).integer() : 20n;
  const isUsual = mask.oid === MGF1 && maskHash !== undefined && hashOf(maskHash.oid) === hash;
  return hash !== undefined && isUsual ? { key: "rsa", hash, saltLength: Number(saltLength) } : undefined;
}
