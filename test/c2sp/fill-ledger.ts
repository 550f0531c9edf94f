import type { Ledger } from "@custody/ledger";

/** Appends until the ledger has `size` entries, its own among them. */
export async function fillLedger(ledger: Ledger, size: number): Promise<void> {
  for (let sequence = 0; ledger.size < size; sequence += 1) {
    const entry = {
      type: "test.entry",
      timeMs: 1_700_000_000_000 + sequence,
      scope: { project: "p", class: "session", session: "s" },
      session: "s",
      source: "writer",
      sequence,
      payload: `payload ${sequence}`,
    };
    if (sequence % 1000 === 999) await ledger.append(entry);
    else await ledger.appendAll([entry], "queued");
  }
}
