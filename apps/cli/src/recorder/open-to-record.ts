import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { uuidv7Source } from "@custody/domain";
import { rememberedSource } from "@custody/keys";
import { type Ledger, LedgerReader, openLedger, readIdentity } from "@custody/ledger";
import type { CommandContext } from "../commands/context.ts";
import { CliError } from "../error.ts";
import { keyConfigFor, keyOptionsOf } from "../keys/key-options.ts";
import { systemClock } from "../run/system-clock.ts";
import { ledgerEventRecords } from "./ledger-events.ts";
import { LedgerRecorder } from "./ledger-recorder.ts";
import { originOf } from "./origin.ts";

/** A ledger that a command has open for writing, for as long as it runs. */
export interface OpenedLedger {
  readonly ledger: Ledger;
  readonly reader: LedgerReader;
  readonly recorder: LedgerRecorder;
  readonly newId: () => string;
  readonly nowUs: () => number;
  /** For these a recovery copy is made when the master key is another one. */
  readonly recoveryRecipients: readonly string[];
}

/** Opens a ledger that no server has open; it makes none. */
export async function openToRecord(context: CommandContext, directory: string): Promise<OpenedLedger> {
  if ((await readIdentity(directory)) === undefined)
    throw new CliError("FILE_UNUSABLE", `${directory} holds no ledger`, "name the data directory");
  const { nowUs } = systemClock();
  const newId = uuidv7Source(Date.now, randomBytes);
  const origin = originOf({
    host: hostname(),
    instance: randomUUID(),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    version: context.environment.version,
  });
  const config = keyConfigFor(context, directory);
  const keys = await keyOptionsOf(config, directory, context.environment);
  const keySource = rememberedSource(keys.keySource);
  const describeEvent = ledgerEventRecords(origin, newId);
  const ledger = await openLedger({ ...keys, describeEvent, directory, keySource });
  const reader = await LedgerReader.open({ directory, keySource });
  const recorder = new LedgerRecorder({ ledger, newId, onFailure: () => {}, origin });
  const recoveryRecipients = config?.masterKey?.recoveryRecipients ?? [];
  return { ledger, newId, nowUs, reader, recorder, recoveryRecipients };
}
