import { setTimeout as sleep } from "node:timers/promises";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { CliError } from "../error.ts";
import { recordLine } from "../records/describe-record.ts";
import { type FilterOptions, recordFilter } from "../records/filter.ts";
import type { IndexedRecord } from "../records/indexed-record.ts";
import { noteLook } from "../records/note-look.ts";
import { selectLast, selectRange } from "../records/select.ts";
import type { CommandContext } from "./context.ts";
import { openReaderOf } from "./open-reader.ts";

export interface LogOptions extends FilterOptions {
  readonly follow?: boolean;
  readonly limit?: string;
}

const LIMIT = 50;
const FOLLOW_INTERVAL_MS = 250;

/** Prints the last records, newest last; with --follow, also those that come. */
export async function log(context: CommandContext, options: LogOptions): Promise<number> {
  const limit = limitOf(options.limit);
  const directory = dataDirectoryToRead(context.environment, context);
  const reader = await openReaderOf(context, directory);
  const filter = recordFilter(options, reader, Date.now());
  const print = (records: readonly IndexedRecord[]) => {
    for (const record of records) {
      if (context.isJson) context.output.json(record);
      else context.output.line(recordLine(record, context.output.isColored));
    }
  };
  const found = await selectLast(reader, filter, limit);
  const { follow = false, limit: _, ...asked } = options;
  await noteLook(context, directory, { asked, command: "log", follows: follow, records: found.length });
  print(found);
  let next = reader.size;
  while (options.follow) {
    await sleep(FOLLOW_INTERVAL_MS);
    await reader.refresh();
    print((await selectRange(reader, filter, next, reader.size)).records);
    next = reader.size;
  }
  return 0;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return LIMIT;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CliError("USAGE", `--limit ${text} is no count`, "give a whole number");
}
