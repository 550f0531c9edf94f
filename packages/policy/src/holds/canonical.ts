import { createHash } from "node:crypto";

/** JSON with the members of every object in order, so that the same content has the same bytes (as RFC 8785 has it). */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}

/** SHA-256, in hex. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
