import type { TimestampedCheckpoint } from "./check-timestamps.ts";

/** Since when the ledger can be trusted by the clock of others: the first and the last say it all. */
export function timestampLines(timestamps: readonly TimestampedCheckpoint[]): string[] {
  const inOrder = timestamps.toSorted((a, b) => (a.time < b.time ? -1 : 1));
  const [first, ...more] = inOrder;
  const last = more.pop();
  if (first === undefined) return [];
  const between = more.length === 0 ? [] : [`… and ${more.length} more between`];
  return [lineOf(first), ...between, ...(last === undefined ? [] : [lineOf(last)])];
}

function lineOf({ authority, file, size, time }: TimestampedCheckpoint): string {
  return `its first ${size} entries were there at ${time}, says ${authority} (${file})`;
}
