import type { NewEntry } from "../entry.ts";
import type { LedgerReader, ReadEntry } from "../reader/ledger-reader.ts";

/** The entry number `at` of a source; its payload says so. */
export function entryOf(at: number, given: Partial<NewEntry> = {}): NewEntry {
  return {
    type: "test.entry",
    timeMs: 1_700_000_000_000 + at,
    scope: { project: "shop", class: "session", session: "s1" },
    session: "s1",
    source: "test",
    sequence: at,
    payload: `payload ${at}`,
    ...given,
  };
}

/** Entries number `from` up to, but without, `to`. */
export function entriesOf(from: number, to: number, given: Partial<NewEntry> = {}): NewEntry[] {
  return Array.from({ length: to - from }, (_, at) => entryOf(from + at, given));
}

/** What a reader gives back, without the ledger's own entries. */
export async function ownEntries(reader: LedgerReader): Promise<ReadEntry[]> {
  const found: ReadEntry[] = [];
  for await (const entry of reader.entries())
    if (!/^(ledger|key)\./.test(entry.envelope.t)) found.push(entry);
  return found;
}

export async function ownPayloads(reader: LedgerReader): Promise<string[]> {
  return (await ownEntries(reader)).map(({ payload }) => payload?.toString() ?? "destroyed");
}
