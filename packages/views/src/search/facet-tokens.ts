import { MARK } from "./words.ts";

/** The kinds of values by which the full text can be narrowed. */
export type FacetKind = "agent" | "level" | "project" | "session" | "table" | "target" | "tier" | "type";

const LETTERS: Readonly<Record<FacetKind, string>> = {
  agent: "a",
  level: "l",
  project: "p",
  session: "s",
  table: "o",
  target: "t",
  tier: "r",
  type: "y",
};

/**
 * A token that stands for a value. It lets one look-up find a common word among rare rows, or the other way round. Two
 * values may share a token, since it is short; whoever searches by it still compares the row.
 */
export function facetToken(kind: FacetKind, value: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < value.length; at += 1) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
  return `${MARK}${LETTERS[kind]}${(hash >>> 0).toString(36)}`;
}
