import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { uuidv7Source } from "@custody/domain";
import { LedgerError, type LedgerReader, openLedger } from "@custody/ledger";
import { parseCheckpoint, parseNote } from "@custody/ledger/verifier";
import type { CommandContext } from "../commands/context.ts";
import { CliError } from "../error.ts";
import { keyOptionsFor } from "../keys/key-options.ts";
import { ledgerEventRecords } from "../recorder/ledger-events.ts";
import { originOf } from "../recorder/origin.ts";

/** A running server publishes about once a second; under load a checkpoint takes longer to be integrated. */
const WAIT_MS = 15_000;
const PAUSE_MS = 100;

/**
 * A published checkpoint that covers everything acknowledged before the call. When the last run did not stop cleanly
 * and none is running, nobody would publish one, so this opens the ledger and closes it: which is on record, as always.
 *
 * @throws CliError NOT_COVERED
 */
export async function coveringCheckpoint(
  context: CommandContext,
  reader: LedgerReader,
  directory: string,
): Promise<string> {
  const { size } = reader;
  for (const endMs = Date.now() + WAIT_MS; Date.now() < endMs; await sleep(PAUSE_MS)) {
    const checkpoint = await reader.checkpoint();
    if (checkpoint !== undefined && sizeOf(checkpoint) >= size) return checkpoint;
    await publishUnlessRunning(context, directory);
  }
  throw new CliError(
    "NOT_COVERED",
    `no published checkpoint covers the ${size} entries yet`,
    "see whether the server can write (custody status), and try again",
  );
}

function sizeOf(checkpoint: string): number {
  return parseCheckpoint(parseNote(checkpoint).text).size;
}

/** Whoever has the lock publishes; only when nobody has it, it is up to us. */
async function publishUnlessRunning(context: CommandContext, directory: string): Promise<void> {
  const origin = originOf({
    host: hostname(),
    instance: randomUUID(),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    version: context.environment.version,
  });
  try {
    const describeEvent = ledgerEventRecords(origin, uuidv7Source(Date.now, randomBytes));
    const keys = await keyOptionsFor(context, directory);
    const ledger = await openLedger({ ...keys, describeEvent, directory });
    await ledger.close();
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== "LEDGER_LOCKED") throw error;
  }
}
