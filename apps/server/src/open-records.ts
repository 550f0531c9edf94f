import { setTimeout as sleep } from "node:timers/promises";
import type { LedgerReader } from "@custody/ledger";
import { indexOptionsFor, openIndex, type RecordIndex, ViewsError } from "@custody/views";

/** A process before us that was killed, or whose parent was, may need a moment to be gone. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 100;

/** Opens the index of the ledger in `directory`. @throws ViewsError */
export async function openRecords(directory: string, reader: LedgerReader): Promise<RecordIndex> {
  const options = indexOptionsFor(directory, reader);
  for (const endMs = performance.now() + PATIENCE_MS; ; ) {
    try {
      return await openIndex(options);
    } catch (error) {
      const isInUse = error instanceof ViewsError && error.code === "INDEX_IN_USE";
      if (!isInUse || performance.now() > endMs) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
