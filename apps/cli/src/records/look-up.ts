import type { LedgerReader } from "@custody/ledger";
import { indexOptionsFor, openIndex, type RecordIndex } from "@custody/views";
import type { CommandContext } from "../commands/context.ts";
import { openReaderOf } from "../commands/open-reader.ts";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import { ControlClient } from "../control/control-client.ts";

/** A server that has just started may be reading the ledger still. */
const PATIENCE_MS = 60_000;

/**
 * Asks whoever keeps the index: the running server, at `path`; or, where none runs, the index itself, which then catches up
 * with the ledger first. Both answer the same.
 */
export async function lookUp<Answer>(
  context: CommandContext,
  path: string,
  inIndex: (index: RecordIndex, reader: LedgerReader) => Answer | Promise<Answer>,
): Promise<Answer> {
  const { environment } = context;
  const ask = () => ControlClient.find(environment, context).request("GET", path) as Promise<Answer>;
  if (environment.variables["CUSTODY_URL"]) return ask();
  const directory = dataDirectoryToRead(environment, context);
  if (ControlClient.runningOn(directory, PATIENCE_MS) !== undefined) return ask();
  const reader = await openReaderOf(context, directory);
  const index = await openIndex(indexOptionsFor(directory, reader));
  try {
    await index.follow();
    return await inIndex(index, reader);
  } finally {
    index.close();
  }
}

/** The path with what was given of a question. */
export function pathWith(path: string, given: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? path : `${path}?${query}`;
}
