import { type ErasureStatus, indexOptionsFor, indexStatus } from "@custody/views";
import { dataDirectoryToRead } from "../config/data-directory.ts";
import type { CommandContext } from "./context.ts";
import { openReaderOf } from "./open-reader.ts";

/** How far the index is. Always a yes: an index that is behind or missing is made up for by whoever opens it. */
export async function showIndexStatus(context: CommandContext): Promise<number> {
  const { environment, isJson, output } = context;
  const directory = dataDirectoryToRead(environment, context);
  const reader = await openReaderOf(context, directory);
  const { bytes, cursor, erasures, state } = await indexStatus(indexOptionsFor(directory, reader));
  const { size } = reader;
  if (isJson) output.json({ state, cursor, size, bytes, erasures });
  else {
    output.line(describe[state](cursor ?? 0, size, (bytes / 1e6).toFixed(1)));
    if (erasures !== null && erasures.orders > 0) output.line(describeErasures(erasures));
  }
  return 0;
}

function describeErasures({ orders, purge, purged }: ErasureStatus): string {
  const all = `${purged} of ${orders} orders to destroy are carried out in its file`;
  return purge === null ? all : `${all}; ${purge.done} of ${purge.of} rows are gone through for the rest`;
}

const describe = {
  absent: (_cursor: number, size: number) =>
    `there is no index yet of ${size} entries: \`custody up\` makes it`,
  "in-use": (_cursor: number, size: number) =>
    `a running process keeps the index of ${size} entries up to date; \`custody status\` asks it`,
  ready: (cursor: number, size: number, megabytes: string) =>
    `${cursor} of ${size} entries are indexed, in ${megabytes} MB`,
  unusable: () =>
    "the index is damaged, or of another version or ledger: it is built again when it is opened",
};
