import { DerReader } from "../der/der-reader.ts";
import { contextTag, primitiveContextTag, tags } from "../der/tags.ts";
import { AnchorError } from "../error.ts";
import { type Algorithm, readAlgorithm } from "./algorithms.ts";

/** What we need of a token: ContentInfo with SignedData inside, RFC 5652, sections 3 and 5. */
export interface SignedData {
  readonly contentType: string;
  /** What is signed, by way of its digest. */
  readonly content: Buffer;
  /** Whatever certificates came along. Nothing is known about them. */
  readonly certificates: readonly Buffer[];
  readonly signer: SignerInfo;
}

export interface SignerInfo {
  readonly sid: SignerId;
  readonly digestAlgorithm: Algorithm;
  /** The values of each signed attribute. */
  readonly attributes: ReadonlyMap<string, readonly Buffer[]>;
  /** The attributes as they are signed: as a SET, whatever stands in the token. */
  readonly signedBytes: Buffer;
  readonly signatureAlgorithm: Algorithm;
  readonly signature: Buffer;
}

/** Which certificate is the signer's. */
type SignerId = { readonly issuer: Buffer; readonly serial: bigint } | { readonly subjectKeyId: Buffer };

const SIGNED_DATA = "1.2.840.113549.1.7.2";

/** @throws AnchorError EVIDENCE_MALFORMED */
export function readSignedData(token: Buffer): SignedData {
  const outer = new DerReader(token, "TimeStampToken");
  const info = outer.inside();
  outer.finish();
  if (info.oid() !== SIGNED_DATA) refuse("it is not signed");
  const explicit = info.inside(contextTag(0));
  info.finish();
  const data = explicit.inside();
  explicit.finish();
  data.integer();
  data.take(tags.set);
  const { contentType, content } = readContent(data.inside());
  const certificates = data.nextTag === contextTag(0) ? readCertificates(data.inside(contextTag(0))) : [];
  // Revocation lists. Whether a certificate was revoked is not looked at.
  data.takeOptional(contextTag(1));
  const signers = data.inside(tags.set);
  data.finish();
  const signer = readSigner(signers.inside());
  // By RFC 3161, section 2.4.2, the authority signs alone.
  if (signers.hasMore) refuse("it has more than one signer");
  return { contentType, content, certificates, signer };
}

function readContent(reader: DerReader): { contentType: string; content: Buffer } {
  const contentType = reader.oid();
  const explicit = reader.inside(contextTag(0));
  reader.finish();
  const content = explicit.octets();
  explicit.finish();
  return { contentType, content };
}

function readCertificates(reader: DerReader): Buffer[] {
  const found: Buffer[] = [];
  while (reader.hasMore) {
    const { tag, bytes } = reader.takeAny();
    // Other tags are other kinds of certificates, which nobody issues any more.
    if (tag === tags.sequence) found.push(bytes);
  }
  return found;
}

function readSigner(reader: DerReader): SignerInfo {
  reader.integer();
  const sid = readSignerId(reader);
  const digestAlgorithm = readAlgorithm(reader);
  const { bytes, content } = reader.take(contextTag(0));
  const signatureAlgorithm = readAlgorithm(reader);
  const signature = reader.octets();
  // What others may have added later: a timestamp over the signature, for example.
  reader.takeOptional(contextTag(1));
  reader.finish();
  const signedBytes = Buffer.from(bytes);
  signedBytes[0] = tags.set;
  const attributes = readAttributes(new DerReader(content, "set of signed attributes"));
  return { sid, digestAlgorithm, attributes, signedBytes, signatureAlgorithm, signature };
}

function readSignerId(reader: DerReader): SignerId {
  const subjectKeyId = reader.takeOptional(primitiveContextTag(0))?.content;
  if (subjectKeyId !== undefined) return { subjectKeyId };
  const inside = reader.inside();
  const issuer = inside.take(tags.sequence).bytes;
  const serial = inside.integer();
  inside.finish();
  return { issuer, serial };
}

function readAttributes(reader: DerReader): ReadonlyMap<string, readonly Buffer[]> {
  const found = new Map<string, readonly Buffer[]>();
  while (reader.hasMore) {
    const attribute = reader.inside();
    const oid = attribute.oid();
    const values = attribute.inside(tags.set);
    attribute.finish();
    const list: Buffer[] = [];
    while (values.hasMore) list.push(values.takeAny().bytes);
    if (found.has(oid)) refuse(`the attribute ${oid} is there twice`);
    found.set(oid, list);
  }
  return found;
}

function refuse(why: string): never {
  throw new AnchorError("EVIDENCE_MALFORMED", `Not a timestamp token: ${why}`);
}
