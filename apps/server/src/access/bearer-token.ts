import { createHash, timingSafeEqual } from "node:crypto";

/** The token that an Authorization header shows. */
export function shownToken(header: string | undefined): string | undefined {
  return /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(header ?? "")?.[1];
}

/** Digests are compared: they are equally long, whatever was sent. */
export function isSameSecret(shown: string, secret: string): boolean {
  return timingSafeEqual(digest(shown), digest(secret));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
