import { LedgerReader } from "@custody/ledger";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import type { CommandContext } from "./context.ts";

/** The ledger of the data directory, read without its lock: with or without a server running on it. */
export function openReader({ data, environment }: CommandContext): Promise<LedgerReader> {
  return LedgerReader.open({ directory: dataDirectoryToRead(environment, { data }) });
}
