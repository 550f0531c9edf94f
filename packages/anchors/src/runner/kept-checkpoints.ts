import { join } from "node:path";
import { type KeptCheckpoint, nodeDisk } from "@custody/ledger";
import type { OutsideDisk } from "./outside-folder.ts";

/** Every checkpoint below the folder `outside` of a data directory, by its path in that, for `verify` to be held against. */
export async function keptCheckpoints(
  dataDirectory: string,
  disk: OutsideDisk = nodeDisk,
): Promise<KeptCheckpoint[]> {
  const found: KeptCheckpoint[] = [];
  const take = async (file: string) => {
    const note = await disk.read(join(dataDirectory, file));
    if (note !== undefined) found.push({ file, note });
  };
  await take("outside/witnessed");
  for (const folder of ["witness", "timestamp", "git", "file", "s3", "contradictions", "past"]) {
    const names = await disk.list(join(dataDirectory, "outside", folder));
    for (const name of names) {
      // What a witness gave is a checkpoint itself; beside other evidence stands the one that it is about.
      const isCheckpoint = folder === "witness" ? !name.endsWith(".tmp") : name.endsWith(".checkpoint");
      if (isCheckpoint) await take(`outside/${folder}/${name}`);
    }
  }
  return found;
}
