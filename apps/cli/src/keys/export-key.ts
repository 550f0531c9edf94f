import { setTimeout as sleep } from "node:timers/promises";
import type { RecordDraft } from "@custody/domain";
import { checkRecipients, type RememberedSource, sealRecoveryCopy } from "@custody/keys";
import { type Ledger, LedgerError, readIdentity } from "@custody/ledger";
import { type ExportedFacts, exportedRecord } from "./exported-record.ts";

/** What making a recovery copy takes: the ledger is open, and this is the source that opened it. */
export interface ExportParts {
  readonly ledger: Pick<Ledger, "directory" | "keyGeneration">;
  readonly keySource: RememberedSource;
  readonly recorder: { record(drafts: readonly RecordDraft[], safety: "durable"): Promise<void> };
  readonly newId: () => string;
  readonly nowUs: () => number;
}

export interface ExportedKey {
  /** A file of age. */
  readonly copy: string;
  readonly ledger: string;
  readonly origin: string;
  readonly generation: number;
  /** RFC 3339 */
  readonly made: string;
  readonly recipients: readonly string[];
}

/**
 * Makes a recovery copy of the master key in force. It is on record before anybody has it;
 * whoever has put it somewhere notes that, with `noteKeyCopy`.
 *
 * @throws KeysError RECIPIENT_MALFORMED, LedgerError
 */
export async function exportKey(
  { keySource, ledger, newId, nowUs, recorder }: ExportParts,
  recipients: readonly [string, ...string[]],
  by: ExportedFacts["by"],
): Promise<ExportedKey> {
  checkRecipients(recipients);
  const key = await keyInForce(keySource);
  const { directory, keyGeneration: generation } = ledger;
  const identity = await readIdentity(directory);
  if (identity === undefined)
    throw new LedgerError("FORMAT_UNKNOWN", `${directory} holds no ledger any more`);
  const made = new Date(Math.floor(nowUs() / 1000)).toISOString();
  const { id, origin } = identity;
  const copy = await sealRecoveryCopy({ generation, key, ledger: id, made, origin }, recipients);
  await recorder.record(
    [exportedRecord({ by, generation, ledger: id, recipients }, newId(), nowUs())],
    "durable",
  );
  return { copy, generation, ledger: id, made, origin, recipients };
}

const PATIENCE_MS = 5000;
const PAUSE_MS = 50;

/** Between two keys it cannot be said which generation one of them is. */
async function keyInForce({ description, held }: RememberedSource): Promise<Buffer> {
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += PAUSE_MS) {
    const { current, prepared } = await held();
    if (current !== undefined && prepared === undefined) return current;
    await sleep(PAUSE_MS);
  }
  throw new LedgerError(
    "MASTER_KEY_UNAVAILABLE",
    `the master key (${description}) is being rotated: try again in a moment`,
  );
}
