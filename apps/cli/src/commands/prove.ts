import { setTimeout as sleep } from "node:timers/promises";
import { LedgerError, type LedgerReader } from "@custody/ledger";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { CliError } from "../error.ts";
import { witnessedCheckpoint } from "../outside/witnessed-checkpoint.ts";
import { findAction, principalOf } from "../records/find-action.ts";
import type { IndexedRecord } from "../records/indexed-record.ts";
import type { CommandContext } from "./context.ts";
import { writeNamedFile } from "./named-file.ts";
import { openReaderOf } from "./open-reader.ts";
import { proveTimestamped } from "./prove-timestamped.ts";

/** A checkpoint is published about once a second while the server runs. */
const WAIT_MS = 3000;
const PAUSE_MS = 100;

const NOT_COSIGNED =
  "custody: no checkpoint that witnesses have cosigned covers it yet, so the receipt has the ledger's signature only";

/** Writes a receipt for one record: an action's final one, or the very one that was named. */
export async function prove(
  context: CommandContext,
  id: string,
  options: { readonly output?: string; readonly timestamped?: boolean },
): Promise<number> {
  const { environment, isJson, output } = context;
  const directory = dataDirectoryToRead(environment, context);
  const reader = await openReaderOf(context, directory);
  const { index } = namedRecord(await findAction(reader, id), id);
  if (options.timestamped === true)
    return proveTimestamped(context, { directory, file: options.output, index, reader });
  const witnessed = await witnessedCheckpoint(directory, reader);
  const isCosigned = witnessed !== undefined && index < witnessed.size;
  const receipt = await receiptOf(reader, index, isCosigned ? { checkpoint: witnessed.note } : {});
  if (witnessed !== undefined && !isCosigned) output.hint(NOT_COSIGNED);
  if (options.output !== undefined) {
    writeNamedFile(context, options.output, receipt);
    if (isJson) output.json({ file: options.output, index });
    else output.hint(`custody: the receipt of entry ${index} is in ${options.output}`);
  } else if (isJson) output.json({ index, receipt });
  else output.line(receipt.trimEnd());
  return 0;
}

function namedRecord(records: readonly IndexedRecord[], id: string): IndexedRecord {
  const named = records.find((record) => record.id === id.toLowerCase() || String(record.index) === id);
  return named ?? principalOf(records);
}

async function receiptOf(
  reader: LedgerReader,
  index: number,
  options: { readonly checkpoint?: string },
): Promise<string> {
  for (const endMs = Date.now() + WAIT_MS; ; ) {
    try {
      return await reader.prove(index, options);
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code !== "INDEX_UNKNOWN") throw error;
      if (Date.now() < endMs) {
        await sleep(PAUSE_MS);
        continue;
      }
      const what = `no published checkpoint covers entry ${index} yet`;
      throw new CliError("NOT_COVERED", what, "start the server, which publishes one, and try again", {
        cause: error,
      });
    }
  }
}
