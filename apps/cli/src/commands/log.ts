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
import { showThread } from "./thread.ts";

export interface LogOptions extends FilterOptions {
  readonly follow?: boolean;
  readonly limit?: string;
  /** Draws one session as a tree. */
  readonly tree?: boolean;
  /** Where a page of the tree begins. */
  readonly from?: string;
}

const LIMIT = 50;
const FOLLOW_INTERVAL_MS = 250;

/** Prints the last records, newest last; with --follow, also those that come. */
export async function log(context: CommandContext, options: LogOptions): Promise<number> {
  if (options.tree) return drawTree(context, options);
  if (options.from !== undefined)
    throw new CliError("USAGE", "--from is for pages of a tree", "add --tree, and --session ID");
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

/** The whole thread of a session: a list may be narrowed by more, but nothing can be left out of a tree. */
function drawTree(context: CommandContext, options: LogOptions): Promise<number> {
  const { from, limit, session } = options;
  if (session === undefined)
    throw new CliError("USAGE", "--tree draws one session", "add --session ID; custody sessions lists them");
  for (const name of ["type", "target", "level", "since", "search", "follow"] as const)
    if (options[name] !== undefined)
      throw new CliError("USAGE", `--${name} does not go with --tree`, "leave one of them out");
  return showThread(context, session, { from, limit });
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return LIMIT;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new CliError("USAGE", `--limit ${text} is no count`, "give a whole number");
}
