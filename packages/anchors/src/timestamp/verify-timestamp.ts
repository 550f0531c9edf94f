import { createHash } from "node:crypto";
import { DerReader } from "../der/der-reader.ts";
import { tags } from "../der/tags.ts";
import { AnchorError } from "../error.ts";
import { hashOf } from "./algorithms.ts";
import { type Certificate, readCertificate } from "./certificate.ts";
import { verifyChain } from "./chain.ts";
import { whyNotTimestamping } from "./purpose.ts";
import { readResponse } from "./response.ts";
import { verifySignature } from "./signature.ts";
import { readSignedData } from "./signed-data.ts";
import { findSigner } from "./signing-certificate.ts";
import { readTstInfo } from "./tst-info.ts";

export interface TimestampClaim {
  /** A TimeStampResp, or the token in it. */
  readonly timestamp: Buffer;
  /** What was there at that time. */
  readonly message: Buffer;
  readonly roots: readonly Certificate[];
  /** What was sent along, when this is the answer to a question of ours. */
  readonly nonce?: bigint;
}

/** What a timestamp proves. */
export interface Timestamp {
  /** The message existed then. */
  readonly timeMs: number;
  /** How far the time may be off, where the authority says so. */
  readonly accuracyMs: number | undefined;
  /** The subject of the certificate that signed it, on one line. */
  readonly authority: string;
  readonly policy: string;
  /** In hexadecimal. */
  readonly serial: string;
}

/** Tokens have some kilobytes, with all their certificates. */
const BYTES_MAX = 256 * 1024;
const CERTIFICATES_MAX = 20;

/**
 * Checks a timestamp offline, by RFC 3161: that an authority which we trust has signed, at the time that it names,
 * exactly this message. It stays valid when the authority's certificate has expired since. Whether a certificate was
 * revoked is not looked at.
 *
 * @throws AnchorError EVIDENCE_MALFORMED, EVIDENCE_INVALID, EVIDENCE_UNTRUSTED
 */
export function verifyTimestamp({ message, nonce, roots, timestamp }: TimestampClaim): Timestamp {
  if (timestamp.length > BYTES_MAX) throw new AnchorError("EVIDENCE_MALFORMED", "The timestamp is too large");
  const signed = readSignedData(tokenOf(timestamp));
  if (signed.certificates.length > CERTIFICATES_MAX) refuse("it carries too many certificates");
  const certificates = signed.certificates.map(readCertificate);
  // Whoever trusts the authority itself may have put its certificate among the roots.
  const signer = findSigner(signed, [...certificates, ...roots]);
  verifySignature(signed, signer.x509.publicKey);
  const info = readTstInfo(signed.content);
  const why = whyNotTimestamping(signer);
  if (why !== undefined)
    throw new AnchorError("EVIDENCE_UNTRUSTED", `The signer's certificate must not sign timestamps: ${why}`);
  verifyChain(signer, certificates, roots, info.timeMs);
  const hash =
    hashOf(info.hashOid) ?? refuse(`it names the message by a hash that is not trusted, ${info.hashOid}`);
  if (!createHash(hash).update(message).digest().equals(info.imprint)) refuse("it is one of something else");
  if (nonce !== undefined && nonce !== info.nonce) refuse("it is not the answer to this question");
  const { accuracyMs, policy, serial, timeMs } = info;
  return { timeMs, accuracyMs, authority: onOneLine(signer), policy, serial: serial.toString(16) };
}

/** A token begins with an object identifier, an answer with its status. */
function tokenOf(timestamp: Buffer): Buffer {
  if (new DerReader(timestamp, "timestamp").inside().nextTag === tags.oid) return timestamp;
  const { failure, status, text, token } = readResponse(timestamp);
  if (token !== undefined && status <= 1) return token;
  const reason = [failure, text].filter(Boolean).join(": ");
  throw new AnchorError(
    "EVIDENCE_INVALID",
    `It is no timestamp but a no, status ${status}${reason && `, ${reason}`}`,
  );
}

function onOneLine({ x509 }: Certificate): string {
  return x509.subject.replaceAll("\n", ", ");
}

function refuse(why: string): never {
  throw new AnchorError("EVIDENCE_INVALID", `The timestamp proves nothing: ${why}`);
}
