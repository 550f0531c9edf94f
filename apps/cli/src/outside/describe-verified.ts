import { escapeText } from "@custody/messages";
import type { TimestampedCheckpoint } from "./check-timestamps.ts";
import type { VerifiedTimestamps } from "./verify-timestamps.ts";

/** What was found in a ledger, for people. */
export function describeVerified({
  findings,
  root,
  size,
  timestamps,
}: VerifiedTimestamps & { readonly root: string; readonly size: number }): string[] {
  const verdict =
    findings.length === 0
      ? `ok: ${size} entries, root ${root}`
      : `NOT OK: ${findings.length} ${findings.length === 1 ? "finding" : "findings"} in ${size} entries`;
  return [
    verdict,
    ...findings.map(({ code, file, index, message }) =>
      escapeText(`${index === undefined ? "" : `entry ${index}, `}${file}: ${message} (${code})`),
    ),
    ...timestampLines(timestamps).map(escapeText),
  ];
}

/** Since when the ledger can be trusted by the clock of others: the first and the last say it all. */
function timestampLines(timestamps: readonly TimestampedCheckpoint[]): string[] {
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
