import { createHash } from "node:crypto";
import { DerReader } from "../der/der-reader.ts";
import { tags } from "../der/tags.ts";
import { AnchorError } from "../error.ts";
import { hashOf, readAlgorithm } from "./algorithms.ts";
import type { Certificate } from "./certificate.ts";
import type { SignedData, SignerInfo } from "./signed-data.ts";

/** The attribute of RFC 2634, section 5.4, which names the certificate by its SHA-1, and that of RFC 5035. */
const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";

/**
 * The certificate of the signer. The token names it twice: in the open, so that it is found, and under the signature,
 * so that no other certificate for the same key can be put in its place (RFC 3161, section 2.4.2).
 *
 * A SHA-1 is enough there: to deceive us, somebody would need a certificate of a trusted authority, for the same key,
 * with a hash that was given beforehand.
 *
 * @throws AnchorError EVIDENCE_INVALID, EVIDENCE_MALFORMED
 */
export function findSigner({ signer }: SignedData, certificates: readonly Certificate[]): Certificate {
  const found = certificates.find((certificate) => isNamed(certificate, signer));
  if (found === undefined) return refuse("it does not carry the certificate of its signer");
  const [first, second] = [SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2].map((oid) =>
    signer.attributes.get(oid),
  );
  if (first === undefined && second === undefined)
    refuse("its signer does not say which certificate is meant");
  if (first !== undefined && !isMeant(found, first, readHash)) refuse("its signer means another certificate");
  if (second !== undefined && !isMeant(found, second, readHashV2))
    refuse("its signer means another certificate");
  return found;
}

function isNamed({ extensions, issuer, serial }: Certificate, { sid }: SignerInfo): boolean {
  if ("issuer" in sid) return sid.serial === serial && sid.issuer.equals(issuer);
  const value = extensions.get("2.5.29.14")?.value;
  return (
    value !== undefined && new DerReader(value, "SubjectKeyIdentifier").octets().equals(sid.subjectKeyId)
  );
}

interface CertificateHash {
  readonly hash: string;
  readonly digest: Buffer;
}

function isMeant(
  { bytes }: Certificate,
  values: readonly Buffer[],
  read: (id: DerReader) => CertificateHash,
): boolean {
  const [value] = values;
  if (value === undefined || values.length > 1) return refuse("an attribute of its signer has not one value");
  // A sequence of identifiers, of which the first is the signer's, and perhaps policies behind it.
  const { hash, digest } = read(new DerReader(value, "SigningCertificate").inside().inside().inside());
  return createHash(hash).update(bytes).digest().equals(digest);
}

function readHash(id: DerReader): CertificateHash {
  return { hash: "sha1", digest: id.octets() };
}

function readHashV2(id: DerReader): CertificateHash {
  const oid = id.nextTag === tags.sequence ? readAlgorithm(id).oid : undefined;
  const hash = oid === undefined ? "sha256" : hashOf(oid);
  if (hash === undefined) return refuse(`it names its certificate by a hash that is not trusted, ${oid}`);
  return { hash, digest: id.octets() };
}

function refuse(why: string): never {
  throw new AnchorError("EVIDENCE_INVALID", `The timestamp proves nothing: ${why}`);
}
