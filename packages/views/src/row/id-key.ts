import { createHash } from "node:crypto";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** When a UUIDv7 was made; 0 for any other id. */
export function madeMs(id: string): number {
  return id[14] === "7" ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) || 0 : 0;
}

/** An id as the file has it: 32 hexadecimal digits, also for what is no UUID. */
export function idKey(id: string): string {
  return UUID.test(id) ? id.replaceAll("-", "") : createHash("sha256").update(id).digest("hex").slice(0, 32);
}
