/** A secret's place in a text. */
export interface FoundSecret {
  /** Index of its first UTF-16 code unit. */
  readonly start: number;
  /** Index after its last one. */
  readonly end: number;
  /** What it is, such as `github-token` or, of a value that was named before, its name. */
  readonly kind: string;
}

/** The same places, sorted, with those that overlap joined under the kind of the longest of them. */
export function joinFound<T extends FoundSecret>(found: readonly T[]): T[] {
  if (found.length < 2) return [...found];
  const sorted = [...found].sort((a, b) => a.start - b.start || b.end - a.end);
  const joined: T[] = [];
  let longest = 0;
  for (const next of sorted) {
    const last = joined.at(-1);
    const length = next.end - next.start;
    if (last === undefined || next.start >= last.end) {
      joined.push(next);
      longest = length;
      continue;
    }
    const end = Math.max(last.end, next.end);
    joined[joined.length - 1] = { ...(length > longest ? next : last), start: last.start, end };
    longest = Math.max(longest, length);
  }
  return joined;
}
