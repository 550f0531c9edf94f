import { hash } from "node:crypto";
import type { Block } from "./block.ts";

/** As many characters of SHA-256 in base64 as keep two blocks of a conversation apart, whoever chose them: 162 bits. */
const DIGEST_CHARACTERS = 27;

/** Equal for blocks that say the same, in whatever order their members stand. */
export function blockDigest({ kind, role, value }: Block): string {
  return hash("sha256", `${kind}\0${role}\0${sortedJson(value)}`, "base64").slice(0, DIGEST_CHARACTERS);
}

/** JSON with the members of each object in the order of their names. */
function sortedJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** The same value where it is sorted already: to have each member looked at by `JSON.stringify` takes several times as long. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const members = value.map(sorted);
    return members.every((member, at) => member === value[at]) ? value : members;
  }
  const members = Object.entries(value).map(([name, member]) => [name, sorted(member), member] as const);
  const isSorted = members.every(
    ([name, inner, member], at) => inner === member && (at === 0 || (members[at - 1]?.[0] ?? "") <= name),
  );
  if (isSorted) return value;
  return Object.fromEntries([...members].sort(([a], [b]) => (a < b ? -1 : 1)));
}
