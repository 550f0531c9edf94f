import { join } from "node:path";
import { listPacks, packName } from "../blobs/pack.ts";
import { isKeyId } from "../blobs/reference.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import type { CopyTarget } from "./copy-target.ts";

/**
 * One step for each pack that is there now. To be called once the records are read: what they name was durable before
 * they were, so it is in these packs, as they are now or later. What a writer is adding may be torn in the copy, as by a
 * power cut, and no record of the copy names it.
 */
export async function blobSteps(
  disk: Disk,
  layout: Layout,
  target: CopyTarget,
): Promise<(() => Promise<void>)[]> {
  const steps: (() => Promise<void>)[] = [];
  for (const keyId of (await disk.list(layout.blobs)).filter(isKeyId)) {
    for (const number of await listPacks(disk, join(layout.blobs, keyId))) {
      const path = join("blobs", keyId, packName(number));
      steps.push(async () => {
        const bytes = await disk.read(join(layout.root, path));
        // It may have been destroyed with its key.
        if (bytes !== undefined) await target.add(join(target.directory, path), bytes);
      });
    }
  }
  return steps;
}
