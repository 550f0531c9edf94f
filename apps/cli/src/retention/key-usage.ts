import type { LedgerReader } from "@custody/ledger";

/** Where a data key is used. */
export interface KeyUsage {
  readonly first: number;
  last: number;
  /** When its newest entry was made. A clock that was set back makes it no older. */
  lastMs: number;
  entries: number;
}

/** The envelopes say which key sealed each entry; nothing is decrypted. `onProgress` is told how many were read. */
export async function surveyKeys(
  reader: LedgerReader,
  onProgress: (entries: number, of: number) => void,
  from = 0,
): Promise<Map<string, KeyUsage>> {
  const usage = new Map<string, KeyUsage>();
  const { size } = reader;
  for await (const { i, k, ts } of reader.envelopes(from, size)) {
    const known = usage.get(k);
    if (known === undefined) usage.set(k, { entries: 1, first: i, last: i, lastMs: ts });
    else {
      known.entries += 1;
      known.last = i;
      known.lastMs = Math.max(known.lastMs, ts);
    }
    if ((i + 1) % 10_000 === 0) onProgress(i + 1, size);
  }
  return usage;
}
