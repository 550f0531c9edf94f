import { setTimeout as sleep } from "node:timers/promises";
import { LedgerError, type LedgerReader } from "@custody/ledger";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { CliError } from "../error.ts";
import { witnessedCheckpoint } from "../outside/witnessed-checkpoint.ts";
import { findAction, principalOf } from "../records/find-action.ts";
import type { IndexedRecord } from "../records/indexed-record.ts";
import { noteLook } from "../records/note-look.ts";
import type { CommandContext } from "./context.ts";
import { writeNamedFile } from "./named-file.ts";
import { openReaderOf } from "./open-reader.ts";
import { proveTimestamped } from "./prove-timestamped.ts";

/** A checkpoint is published about once a second while the server runs. */
const WAIT_MS = 3000;
const PAUSE_MS = 100;

const FORMATS = ["tlog-proof", "cose"];

const NOT_COSIGNED =
  "custody: no checkpoint that witnesses have cosigned covers it yet, so the receipt has the ledger's signature only";

export interface ProveOptions {
  readonly format?: string;
  readonly output?: string;
  readonly withRecord?: boolean;
  /** Under the oldest checkpoint that an authority has dated. */
  readonly timestamped?: boolean;
}

/** Writes a receipt for one record: an action's final one, or the very one that was named. */
export async function prove(context: CommandContext, id: string, options: ProveOptions): Promise<number> {
  const { environment, isJson, output } = context;
  checkOptions(context, options);
  const directory = dataDirectoryToRead(environment, context);
  const reader = await openReaderOf(context, directory);
  const index = await namedIndex(reader, id);
  // A receipt alone says nothing of what the record says.
  await noteLook(context, directory, {
    asked: id,
    command: "prove",
    records: options.withRecord === true ? 1 : 0,
  });
  if (options.timestamped === true)
    return proveTimestamped(context, {
      directory,
      file: options.output,
      index,
      proveUnder: (checkpoint) => receiptOf(reader, index, options, checkpoint),
      reader,
    });
  const witnessed = await witnessedCheckpoint(directory, reader);
  const isCosigned = witnessed !== undefined && index < witnessed.size;
  const receipt = await receiptOf(reader, index, options, isCosigned ? witnessed.note : undefined);
  if (witnessed !== undefined && !isCosigned) output.hint(NOT_COSIGNED);
  if (options.output !== undefined) {
    writeNamedFile(context, options.output, receipt);
    if (isJson) output.json({ file: options.output, index });
    else output.hint(`custody: the receipt of entry ${index} is in ${options.output}`);
  } else if (isJson) {
    output.json({ index, receipt: typeof receipt === "string" ? receipt : receipt.toString("base64") });
  } else output.line(String(receipt).trimEnd());
  return 0;
}

function checkOptions({ isJson }: CommandContext, options: ProveOptions): void {
  const { format = "tlog-proof", output, timestamped = false } = options;
  if (!FORMATS.includes(format))
    throw new CliError("USAGE", `--format ${format} is unknown`, `choose one of ${FORMATS.join(", ")}`);
  if (format === "cose" && timestamped)
    throw new CliError(
      "USAGE",
      "a COSE receipt does not carry the checkpoint that has the timestamp",
      "leave out --format, or --timestamped",
    );
  if (format === "cose" && output === undefined && !isJson)
    throw new CliError("USAGE", "a COSE receipt is not text", "name a file with -o, or ask for --json");
}

/** An index names its entry, whose record may have been destroyed; every other name stands in a record. */
async function namedIndex(reader: LedgerReader, id: string): Promise<number> {
  if (/^\d{1,15}$/.test(id) && Number(id) < reader.size) return Number(id);
  const records = await findAction(reader, id);
  return namedRecord(records, id).index;
}

function namedRecord(records: readonly IndexedRecord[], id: string): IndexedRecord {
  return records.find((record) => record.id === id.toLowerCase()) ?? principalOf(records);
}

async function receiptOf(
  reader: LedgerReader,
  index: number,
  { format, withRecord = false }: ProveOptions,
  cosigned: string | undefined,
): Promise<string | Buffer> {
  // A COSE receipt has a signature of its own in place of a checkpoint's.
  const checkpoint = format === "cose" || cosigned === undefined ? {} : { checkpoint: cosigned };
  const options = { withPayload: withRecord, ...checkpoint };
  for (const endMs = Date.now() + WAIT_MS; ; ) {
    try {
      if (format === "cose") return Buffer.from(await reader.proveCose(index, options));
      return await reader.prove(index, options);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      if (error.code === "PAYLOAD_DESTROYED") throw destroyed(index, error);
      if (error.code !== "INDEX_UNKNOWN") throw error;
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

function destroyed(index: number, cause: LedgerError): CliError {
  const what = `the record of entry ${index} was destroyed`;
  return new CliError(
    "RECORD_DESTROYED",
    what,
    "leave --with-record out: that it was recorded can still be proved",
    {
      cause,
    },
  );
}
