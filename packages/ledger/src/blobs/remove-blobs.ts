import { join } from "node:path";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { isKeyId } from "./reference.ts";

/**
 * Removes all blobs of a key, durably: first the packs, then their directory. May be repeated, also after a stop in its
 * middle. Where a ledger is open, `BlobStore.remove` does it: nobody may be storing a blob under the key meanwhile.
 */
export async function removeBlobs(disk: Disk, layout: Pick<Layout, "blobs">, keyId: string): Promise<void> {
  // What is handed to a recursive removal must be one name below the directory.
  if (!isKeyId(keyId)) throw new TypeError(`${JSON.stringify(keyId)} is no id of a key`);
  const directory = join(layout.blobs, keyId);
  const names = await disk.list(directory);
  for (const name of names) await disk.remove(join(directory, name));
  if (names.length > 0) await disk.syncDirectory(directory);
  await disk.remove(directory);
  await disk.syncDirectory(layout.blobs).catch(unlessAbsent);
}

/** A ledger that never had a blob has no directory for them. */
function unlessAbsent(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}
