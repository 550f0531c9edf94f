import { encode, encodeInteger, encodeOid, encodeSequence } from "../der/encode.ts";
import { tags } from "../der/tags.ts";
import { SHA256 } from "./algorithms.ts";

/**
 * Asks for a timestamp of something with this SHA-256: TimeStampReq, RFC 3161, section 2.4.1. The nonce comes back in
 * the token, so that an old one cannot be passed off as the answer. The certificates are asked for too, so that the
 * token can be checked when the authority is gone.
 */
export function encodeRequest(digest: Buffer, nonce: bigint): Buffer {
  const imprint = encodeSequence(
    encodeSequence(encodeOid(SHA256), encode(tags.null)),
    encode(tags.octetString, digest),
  );
  const certificatesRequested = encode(tags.boolean, Buffer.from([0xff]));
  return encodeSequence(encodeInteger(1n), imprint, encodeInteger(nonce), certificatesRequested);
}
