import { join } from "node:path";
import { nodeDisk } from "@custody/ledger";
import type { OutsideDisk } from "./outside-folder.ts";

export interface KeptTimestamp {
  /** By its path in the data directory. */
  readonly file: string;
  readonly timestamp: Buffer;
  /** The checkpoint that it is about, as it was then; undefined when somebody took it away. */
  readonly note: Buffer | undefined;
}

const FOLDER = "outside/timestamp";

/** Every timestamp that was kept of the ledger in a data directory. Nothing is known about them yet. */
export async function keptTimestamps(
  dataDirectory: string,
  disk: OutsideDisk = nodeDisk,
): Promise<KeptTimestamp[]> {
  const names = await disk.list(join(dataDirectory, FOLDER));
  const found: KeptTimestamp[] = [];
  for (const name of names.filter((each) => each.endsWith(".tsr"))) {
    const file = `${FOLDER}/${name}`;
    const timestamp = await disk.read(join(dataDirectory, file));
    const note = await disk.read(join(dataDirectory, `${file}.checkpoint`));
    if (timestamp !== undefined) found.push({ file, timestamp, note });
  }
  return found;
}
