import { BlobStore, type BlobStoreParts } from "../blobs/blob-store.ts";
import type { DataKey } from "../keys/key-ring.ts";
import { nodeDisk } from "../store/disk.ts";
import { diskError } from "../store/disk-error.ts";
import { layoutOf } from "../store/layout.ts";

export const dataKey: DataKey = { id: "ABCDEFGHIJKLMNOP", key: Buffer.alloc(32, 5) };
export const ledgerId: Buffer = Buffer.alloc(16, 6);

/** A store of blobs without a ledger around it. */
export function blobStore(directory: string, epoch = 1, given: Partial<BlobStoreParts> = {}): BlobStore {
  const parts = { disk: nodeDisk, directory: layoutOf(directory).blobs, ledgerId, epoch };
  return new BlobStore({ ...parts, fail: diskError, failure: () => undefined, ...given });
}
