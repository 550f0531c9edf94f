import { createHash, timingSafeEqual } from "node:crypto";

/** Whether an Authorization header shows the token. Digests are compared: they are equally long, whatever was sent. */
export function showsToken(header: string | undefined, token: string): boolean {
  const [, shown] = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(header ?? "") ?? [];
  return shown !== undefined && timingSafeEqual(digest(shown), digest(token));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
