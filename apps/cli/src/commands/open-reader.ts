import { LedgerReader } from "@custody/ledger";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { keyOptionsFor } from "../keys/key-options.ts";
import type { CommandContext } from "./context.ts";

/** The ledger of the data directory, read without its lock: with or without a server running on it. */
export function openReader(context: CommandContext): Promise<LedgerReader> {
  return openReaderOf(context, dataDirectoryToRead(context.environment, context));
}

/** The same where the directory is known. */
export async function openReaderOf(context: CommandContext, directory: string): Promise<LedgerReader> {
  return LedgerReader.open({ directory, ...(await keyOptionsFor(context, directory)) });
}
