import type { CommandContext } from "../commands/context.ts";
import { tryToKeepRecoveryCopy } from "../keys/recovery.ts";
import { openToRecord } from "../recorder/open-to-record.ts";
import { ErasureDesk } from "./erasure-desk.ts";
import { HoldRegister } from "./hold-register.ts";

/** The desk on a ledger that no server has open; it makes none. `close` waits until the blocks are gone. */
export async function openLedgerDesk(
  context: CommandContext,
  directory: string,
): Promise<{ readonly desk: ErasureDesk; close(): Promise<void> }> {
  const { ledger, newId, nowUs, reader, recorder, recoveryRecipients } = await openToRecord(
    context,
    directory,
  );
  const holds = new HoldRegister(directory, reader, () => ledger.durableSize);
  const onRotated = () => tryToKeepRecoveryCopy(ledger, recoveryRecipients, context.output.hint);
  const desk = new ErasureDesk({ holds, ledger, newId, nowUs, onRotated, recorder });
  return {
    desk,
    async close() {
      await desk.purged();
      holds.close();
      await ledger.close();
    },
  };
}
