import { createHash } from "node:crypto";

/**
 * The tree as RFC 6962, section 2.1, defines it: by recursion over all leaves, slowly. It shares no code with the ledger, so
 * that the two can be held against each other.
 */
export function rootOf(entries: readonly string[]): Buffer {
  if (entries.length === 0) return sha256();
  if (entries.length === 1) return sha256(Buffer.of(0), Buffer.from(entries[0] as string));
  const split = splitOf(entries.length);
  return sha256(Buffer.of(1), rootOf(entries.slice(0, split)), rootOf(entries.slice(split)));
}

/** PROOF(m, D[n]) of section 2.1.2. */
export function consistencyOf(first: number, entries: readonly string[]): Buffer[] {
  return first === 0 || first === entries.length ? [] : subproof(first, entries, true);
}

function subproof(first: number, entries: readonly string[], isWhole: boolean): Buffer[] {
  if (first === entries.length) return isWhole ? [] : [rootOf(entries)];
  const split = splitOf(entries.length);
  const [left, right] = [entries.slice(0, split), entries.slice(split)];
  return first <= split
    ? [...subproof(first, left, isWhole), rootOf(right)]
    : [...subproof(first - split, right, false), rootOf(left)];
}

function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
