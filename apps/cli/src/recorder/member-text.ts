import { canonicalJson } from "@custody/ledger";
import { deepFreeze } from "./deep-freeze.ts";

/** A member as it stands behind another one: comma, name, value. Nothing when there is no value. */
export function memberText(name: string, value: unknown): string {
  return value === undefined ? "" : `,"${name}":${canonicalJson(value)}`;
}

/** A number as JSON writes it. @throws LedgerError CANONICAL_UNSUPPORTED when JSON has no form for it */
export function numberText(value: number): string {
  return Number.isFinite(value) ? `${value}` : canonicalJson(value);
}

/**
 * A member whose value many records share, like the actor, the target, a decision: frozen once, it is encoded once. That
 * includes operations, which statements of one form have in common. What only two records share would cost more to freeze
 * than to encode twice.
 */
export function sharedMember(name: string): (value: object | undefined) => string {
  const texts = new WeakMap<object, string>();
  return (value) => {
    if (value === undefined) return "";
    const known = texts.get(value);
    if (known !== undefined) return known;
    deepFreeze(value);
    const text = flat(memberText(name, value));
    texts.set(value, text);
    return text;
  };
}

/** Beyond it all are forgotten; what is in use comes back with the next record. */
const WORDS_MAX = 10_000;

/** The same for words: types, projects, sessions. */
export function wordMember(name: string): (value: string | undefined) => string {
  const texts = new Map<string, string>();
  return (value) => {
    if (value === undefined) return "";
    const known = texts.get(value);
    if (known !== undefined) return known;
    const text = flat(memberText(name, value));
    if (texts.size >= WORDS_MAX) texts.clear();
    texts.set(value, text);
    return text;
  };
}

/** The engine keeps a text that was put together as a tree of its pieces, and would walk it for each record anew. */
function flat(text: string): string {
  return Buffer.from(text, "utf8").toString("utf8");
}
