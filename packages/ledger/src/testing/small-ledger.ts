import type { MasterKey } from "../keys/master-key.ts";
import { masterKeyFromBytes } from "../keys/master-key.ts";
import { parseFrames } from "../testing/wal-frames.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { entriesOf } from "./entries.ts";
import { type Image, takeImage } from "./image.ts";

export const masterKey: MasterKey = masterKeyFromBytes(Buffer.alloc(32, 7));

/** As it is after a clean stop: everything is in the tree. */
export async function closedImage(directory: string): Promise<Image> {
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
  await ledger.appendAll(entriesOf(0, 2), "durable");
  await ledger.close();
  return takeImage(directory);
}

/** As it is under a running writer: some entries are in the tree, others in the write-ahead file only. */
export async function runningImage(directory: string): Promise<Image> {
  const ledger = await openLedger({
    directory,
    masterKey,
    segmentBytes: 4096,
    checkpointIntervalMs: 3_600_000,
  });
  await ledger.checkpoint();
  for (const entry of entriesOf(0, 3)) await ledger.append(entry);
  const image = takeImage(directory);
  await ledger.close();
  return image;
}

/**
 * The bytes of a file that somebody relies on. Not: the lock and the spare segment; what lies in a segment behind its
 * last frame; and the master key, of which every other value is merely a wrong key.
 */
export function bytesThatMatter(path: string, bytes: Buffer): number {
  if (path === "keys/master.key" || path.startsWith(".state/lock.") || path.endsWith("/spare")) return 0;
  return path.endsWith(".wal") ? (parseFrames(bytes).at(-1)?.end ?? 64) : bytes.length;
}
