import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** 256 bits: nobody guesses one, so a plain digest of it is enough to know it again. */
const SECRET_BYTES = 32;

/** A random secret in base64url, with what tells people and scanners what it is in front of it. */
export function makeSecret(prefix = ""): string {
  return prefix + randomBytes(SECRET_BYTES).toString("base64url");
}

/** SHA-256 in base64url: what is kept of a secret. */
export function digestOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}

/** Compared by their digests, which are equally long whatever was given, and in constant time. */
export function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(one)), Buffer.from(digestOf(other)));
}
