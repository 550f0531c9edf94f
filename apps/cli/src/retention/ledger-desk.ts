import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { uuidv7Source } from "@custody/domain";
import { LedgerReader, openLedger } from "@custody/ledger";
import type { Environment } from "../environment.ts";
import { ledgerEventRecords } from "../recorder/ledger-events.ts";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { systemClock } from "../run/system-clock.ts";
import { ErasureDesk } from "./erasure-desk.ts";
import { HoldRegister } from "./hold-register.ts";

/** The desk on a ledger that no server has open. `close` waits until the blocks are gone. */
export async function openLedgerDesk(
  directory: string,
  environment: Environment,
): Promise<{ readonly desk: ErasureDesk; close(): Promise<void> }> {
  const { nowUs } = systemClock();
  const newId = uuidv7Source(Date.now, randomBytes);
  const origin = originOf({
    host: hostname(),
    instance: randomUUID(),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    version: environment.version,
  });
  const ledger = await openLedger({ describeEvent: ledgerEventRecords(origin, newId), directory });
  const reader = await LedgerReader.open({ directory });
  const recorder = new LedgerRecorder({ ledger, newId, onFailure: () => {}, origin });
  const holds = new HoldRegister(directory, reader, () => ledger.durableSize);
  const desk = new ErasureDesk({ holds, ledger, newId, nowUs, recorder });
  return {
    desk,
    async close() {
      await desk.purged();
      holds.close();
      await ledger.close();
    },
  };
}
