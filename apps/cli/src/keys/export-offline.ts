import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { uuidv7Source } from "@custody/domain";
import { rememberedSource } from "@custody/keys";
import { openLedger, readIdentity } from "@custody/ledger";
import type { CommandContext } from "../commands/context.ts";
import { dataDirectory } from "../config/data-directory.ts";
import { CliError } from "../error.ts";
import { ledgerEventRecords } from "../recorder/ledger-events.ts";
import { LedgerRecorder } from "../recorder/ledger-recorder.ts";
import { originOf } from "../recorder/origin.ts";
import { systemClock } from "../run/system-clock.ts";
import { type ExportedKey, exportKey } from "./export-key.ts";
import { noteKeyCopy } from "./key-copy.ts";
import { keyOptionsFor } from "./key-options.ts";

/** Opens the ledger, writes down that its key is copied, and closes it again. @throws LedgerError LEDGER_LOCKED … */
export async function exportOffline(
  context: CommandContext,
  recipients: readonly [string, ...string[]],
): Promise<ExportedKey> {
  const { environment } = context;
  const directory = dataDirectory(environment, context);
  if ((await readIdentity(directory)) === undefined)
    throw new CliError("FILE_UNUSABLE", `${directory} holds no ledger`, "name the data directory");
  const newId = uuidv7Source(Date.now, randomBytes);
  const origin = originOf({
    host: hostname(),
    instance: randomUUID(),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    version: environment.version,
  });
  const keys = await keyOptionsFor(context, directory);
  const keySource = rememberedSource(keys.keySource);
  const describeEvent = ledgerEventRecords(origin, newId);
  const ledger = await openLedger({ ...keys, describeEvent, directory, keySource });
  try {
    const recorder = new LedgerRecorder({ ledger, newId, onFailure: () => {}, origin });
    const { nowUs } = systemClock();
    const exported = await exportKey({ keySource, ledger, newId, nowUs, recorder }, recipients, "command");
    noteKeyCopy(directory, { generation: exported.generation, time: exported.made });
    return exported;
  } finally {
    await ledger.close();
  }
}
