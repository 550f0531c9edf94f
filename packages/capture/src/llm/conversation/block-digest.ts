import { createHash } from "node:crypto";
import type { Block } from "./block.ts";

/** As many bytes of SHA-256 as keep two blocks of a conversation apart, whoever chose them. */
const DIGEST_BYTES = 20;

/** Equal for blocks that say the same, in whatever order their members stand. */
export function blockDigest({ kind, role, value }: Block): string {
  const hash = createHash("sha256").update(`${kind}\0${role}\0`).update(sortedJson(value));
  return hash.digest().subarray(0, DIGEST_BYTES).toString("base64url");
}

/** JSON with the members of each object in the order of their names. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    const entries = Object.entries(member);
    const isSorted = entries.every(([name], at) => at === 0 || (entries[at - 1]?.[0] ?? "") <= name);
    return isSorted ? member : Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
