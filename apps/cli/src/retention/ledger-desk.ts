import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { uuidv7Source } from "@custody/domain";
import { rememberedSource } from "@custody/keys";
import { LedgerReader, openLedger, readIdentity } from "@custody/ledger";
import type { CommandContext } from "../commands/context.ts";
import { meantConfig } from "../config/data-directory.ts";
import { CliError } from "../error.ts";
import { keyConfigFor, keyOptionsOf } from "../keys/key-options.ts";
import { tryToKeepRecoveryCopy } from "../keys/recovery.ts";
import { ledgerEventRecords } from "../recorder/ledger-events.ts";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { systemClock } from "../run/system-clock.ts";
import { SimulationRecords } from "../simulate/simulation-records.ts";
import { ErasureDesk } from "./erasure-desk.ts";
import { HoldRegister } from "./hold-register.ts";

/** The desk on a ledger that no server has open; it makes none. `close` waits until the blocks are gone. */
export async function openLedgerDesk(
  context: CommandContext,
  directory: string,
): Promise<{ readonly desk: ErasureDesk; readonly simulations: SimulationRecords; close(): Promise<void> }> {
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
  const holds = new HoldRegister(directory, reader, () => ledger.durableSize);
  const recipients = config?.masterKey?.recoveryRecipients ?? [];
  const onRotated = () => tryToKeepRecoveryCopy(ledger, recipients, context.output.hint);
  const desk = new ErasureDesk({ holds, ledger, newId, nowUs, onRotated, recorder });
  const targets = () => meantConfig(context.environment, context).targets;
  const simulations = new SimulationRecords({ newId, nowUs, recorder, targets });
  return {
    desk,
    simulations,
    async close() {
      await desk.purged();
      holds.close();
      await ledger.close();
    },
  };
}
