import type { SessionRegistry } from "@custody/gateway";
import type { LedgerReader } from "@custody/ledger";
import type { FoundRun } from "../agent-sessions/run-desk.ts";
import type { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import type { IndexedRecord } from "../records/indexed-record.ts";
import { parseRecord } from "../records/indexed-record.ts";
import { findOpen } from "./find-open.ts";
import { type Hints, readHints } from "./hints.ts";
import type { SessionIndexes } from "./session-indexes.ts";
import { restoreSession } from "./session-record.ts";
import { neverRunRecord, unknownRecord } from "./unknown-record.ts";

export interface RecoveryParts {
  readonly directory: string;
  readonly reader: LedgerReader;
  readonly recorder: LedgerRecorder;
  readonly registry: SessionRegistry;
  readonly indexes: SessionIndexes;
  readonly nowUs: () => number;
}

/** Final records that are written at once: enough to be quick, few enough for any memory. */
const BATCH = 256;

/**
 * Takes up what earlier runs left: closes every action that was open when the program died, and lets the sessions in
 * again that have neither expired nor ended. Runs before anything listens, so that nothing new is taken for something old.
 *
 * Dying in the middle of it is harmless: the next start finds what is still open.
 */
export async function recoverRuns(
  parts: RecoveryParts,
): Promise<{ readonly closed: number; readonly agentRuns: readonly FoundRun[] }> {
  const { directory, reader, recorder, registry, indexes, nowUs } = parts;
  const hints = readHints(directory, reader.size);
  const hinted = await readHinted(reader, hints);
  const { ended, open, sessions, waiting } = await findOpen(reader, hinted === undefined ? 0 : hints.from);
  const agentRuns: FoundRun[] = [];
  for (const record of [...(hinted ?? []), ...sessions]) {
    const reference = reader.reference("session", record.session ?? "");
    const restored = ended.has(reference) ? undefined : restoreSession(record, registry);
    if (restored === undefined) continue;
    indexes.add(restored.id, record.index, restored.expiresAtUs);
    if (restored.run !== undefined) agentRuns.push(restored.run);
  }
  for (let at = 0; at < open.length; at += BATCH) {
    const batch = open
      .slice(at, at + BATCH)
      .map((request) =>
        waiting.has(request.action) ? neverRunRecord(request, nowUs()) : unknownRecord(request, nowUs()),
      );
    await recorder.record(batch, "durable");
  }
  return { agentRuns, closed: open.length };
}

/** The sessions that stand below the point where the search begins; undefined when the hints are not true. */
async function readHinted(
  reader: LedgerReader,
  { from, sessions }: Hints,
): Promise<IndexedRecord[] | undefined> {
  const records: IndexedRecord[] = [];
  for (const index of sessions) {
    if (index >= from) continue;
    const { envelope, payload } = await reader.entry(index);
    if (envelope.t !== "session.started" || payload === undefined) return undefined;
    records.push(parseRecord(index, payload));
  }
  return records;
}
