import type { CommandContext } from "../commands/context.ts";
import { meantConfig } from "../config/data-directory.ts";
import { tryToKeepRecoveryCopy } from "../keys/recovery.ts";
import { openToRecord } from "../recorder/open-to-record.ts";
import { SimulationRecords } from "../simulate/simulation-records.ts";
import { ErasureDesk } from "./erasure-desk.ts";
import { HoldRegister } from "./hold-register.ts";

/** The desk on a ledger that no server has open; it makes none. `close` waits until the blocks are gone. */
export async function openLedgerDesk(
  context: CommandContext,
  directory: string,
): Promise<{ readonly desk: ErasureDesk; readonly simulations: SimulationRecords; close(): Promise<void> }> {
  const { ledger, newId, nowUs, reader, recorder, recoveryRecipients } = await openToRecord(
    context,
    directory,
  );
  const holds = new HoldRegister(directory, reader, () => ledger.durableSize);
  const onRotated = () => tryToKeepRecoveryCopy(ledger, recoveryRecipients, context.output.hint);
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
