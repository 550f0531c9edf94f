import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A SHA-256 digest. */
export const keyBytes = 32;

/**
 * The keys that follow from a salted password, in the terms of section 3 of RFC 5802. The stored key checks a
 * client, the server key proves a server; neither lets its holder sign in as a client.
 */
export type ScramKeys = {
  readonly clientKey: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
};

export function keysOf(saltedPassword: Buffer): ScramKeys {
  const clientKey = hmac(saltedPassword, "Client Key");
  return { clientKey, storedKey: sha256(clientKey), serverKey: hmac(saltedPassword, "Server Key") };
}

export function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}

export function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** Combines two keys of the same length. */
export function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] as number)));
}

/** Compares in a time that does not tell where two values differ; their lengths are no secret. */
export function isSameSecret(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
