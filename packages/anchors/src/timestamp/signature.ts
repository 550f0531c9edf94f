import { constants, createHash, type KeyObject, verify } from "node:crypto";
import { encode, encodeOid } from "../der/encode.ts";
import { tags } from "../der/tags.ts";
import { AnchorError } from "../error.ts";
import { hashOf, type SignatureScheme, schemeOf } from "./algorithms.ts";
import type { SignedData } from "./signed-data.ts";

const RSA_BITS_MIN = 2048;
const CURVES = ["prime256v1", "secp384r1", "secp521r1"];

const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";

/** Why a signature with this key proves nothing; undefined when it does. */
export function whyNotKey(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if ((type === "rsa" || type === "rsa-pss") && (details?.modulusLength ?? 0) >= RSA_BITS_MIN)
    return undefined;
  if (type === "ec" && CURVES.includes(details?.namedCurve ?? "")) return undefined;
  return "its key is of a kind that is not trusted";
}

/**
 * Checks that this key has signed the content as a timestamp: RFC 5652, section 5.4.
 *
 * @throws AnchorError EVIDENCE_INVALID
 */
export function verifySignature({ content, contentType, signer }: SignedData, key: KeyObject): void {
  const { attributes, digestAlgorithm, signature, signatureAlgorithm, signedBytes } = signer;
  const hash =
    hashOf(digestAlgorithm.oid) ?? refuse(`it rests on a hash that is not trusted, ${digestAlgorithm.oid}`);
  if (contentType !== TST_INFO) refuse("what is signed is no timestamp");
  const digest = createHash(hash).update(content).digest();
  if (!isOnly(attributes.get(CONTENT_TYPE), encodeOid(TST_INFO))) refuse("what is signed is no timestamp");
  if (!isOnly(attributes.get(MESSAGE_DIGEST), encode(tags.octetString, digest)))
    refuse("what was signed is something else");
  const scheme = schemeOf(signatureAlgorithm);
  if (scheme === undefined)
    return refuse(`it is signed in a way that is not trusted, ${signatureAlgorithm.oid}`);
  if (scheme.hash !== undefined && scheme.hash !== hash) refuse("it names two hashes");
  if (!isOfKind(key, scheme)) refuse("the key is not of the kind that it names");
  const padding =
    scheme.saltLength === undefined
      ? {}
      : { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: scheme.saltLength };
  if (!verify(hash, signedBytes, { key, ...padding }, signature)) refuse("the signature is wrong");
}

/** A key for RSASSA-PSS alone is a kind of its own. */
function isOfKind({ asymmetricKeyType: type }: KeyObject, { key, saltLength }: SignatureScheme): boolean {
  return type === key || (type === "rsa-pss" && saltLength !== undefined);
}

/** Whether an attribute has one value, and this one. There is one way only to write each. */
function isOnly(values: readonly Buffer[] | undefined, value: Buffer): boolean {
  return values?.length === 1 && value.equals(values[0] as Buffer);
}

function refuse(why: string): never {
  throw new AnchorError("EVIDENCE_INVALID", `The timestamp proves nothing: ${why}`);
}
