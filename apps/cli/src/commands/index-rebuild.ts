import { indexOptionsFor, rebuildIndex } from "@custody/views";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import type { CommandContext } from "./context.ts";
import { openReaderOf } from "./open-reader.ts";

/** Deletes the index and builds it from the ledger. A running server keeps its own up to date, and is left alone. */
export async function indexRebuild(context: CommandContext): Promise<number> {
  const { environment, isJson, output } = context;
  const directory = dataDirectoryToRead(environment, context);
  const reader = await openReaderOf(context, directory);
  const startedMs = performance.now();
  const index = await rebuildIndex(indexOptionsFor(directory, reader), (cursor, size) =>
    output.progress(`${cursor} of ${size} records indexed`),
  );
  const answer = { cursor: index.cursor, ms: Math.round(performance.now() - startedMs) };
  index.close();
  output.progress("");
  if (isJson) output.json(answer);
  else output.line(`${answer.cursor} records indexed in ${(answer.ms / 1000).toFixed(1)} s`);
  return 0;
}
