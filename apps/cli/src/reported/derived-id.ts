import { createHash } from "node:crypto";

/**
 * An identifier that follows from a name (RFC 9562, version 8): the same for the same name, of the same owner. What Custody
 * itself names has version 7, so nothing that somebody names can be taken for it.
 */
export function derivedId(kind: "action" | "session", owner: string, name: string): string {
  const text = `custody/reported/v1\0${JSON.stringify([kind, owner, name])}`;
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Whether it has the form of an identifier that Custody gives: a link may lead to one. */
export function isOurs(id: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id);
}
