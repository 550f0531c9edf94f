import { hash } from "node:crypto";
import { toUSVString } from "node:util";
import type { Block } from "./block.ts";

/** As many characters of SHA-256 in base64 as keep two blocks of a conversation apart, whoever chose them: 162 bits. */
const DIGEST_CHARACTERS = 27;

/** Equal for blocks that say the same, in whatever order their members stand. */
export function blockDigest({ kind, role, value }: Block): string {
  return hash("sha256", `${kind} ${role} ${written(value)}`, "base64").slice(0, DIGEST_CHARACTERS);
}

/**
 * A value of JSON in a form that no other value has: texts with their length in front, members in the order of their
 * names. To write it as JSON would look at each character of all texts, twice.
 */
function written(value: unknown): string {
  if (typeof value === "string") return writtenText(value);
  if (typeof value !== "object" || value === null) return `${JSON.stringify(value)};`;
  if (Array.isArray(value)) return `[${value.length};${value.map(written).join("")}`;
  const members = Object.entries(value);
  if (!isSorted(members)) members.sort(([one], [other]) => (one < other ? -1 : 1));
  let text = `{${members.length};`;
  for (const [name, member] of members) text += writtenText(name) + written(member);
  return text;
}

/** Half of a surrogate pair has no bytes of its own in UTF-8: a text that has one is written as JSON does. */
function writtenText(text: string): string {
  return toUSVString(text) === text ? `s${text.length};${text}` : `j${JSON.stringify(text)}`;
}

function isSorted(members: readonly (readonly [string, unknown])[]): boolean {
  return members.every(([name], at) => at === 0 || (members[at - 1]?.[0] ?? "") <= name);
}
