import { openLedger } from "../writer/open-ledger.ts";
import { entriesOf } from "./entries.ts";
import { type Image, takeImage } from "./image.ts";
import { masterKey } from "./small-ledger.ts";
import { parseFrames } from "./wal-frames.ts";

/** What a crash leaves: entries 0 to 9 in the tree, 10 to 29 acknowledged and in the write-ahead file only. */
export async function uncleanImage(directory: string, segmentBytes = 8192): Promise<Image> {
  const options = { directory, masterKey, segmentBytes };
  const before = await openLedger(options);
  await before.appendAll(entriesOf(0, 10), "durable");
  await before.close();
  const ledger = await openLedger({ ...options, checkpointIntervalMs: 3_600_000 });
  await ledger.checkpoint();
  for (const entry of entriesOf(10, 30)) await ledger.append(entry);
  const image = takeImage(directory);
  await ledger.close();
  return image;
}

export const uncleanPayloads: readonly string[] = entriesOf(0, 30).map(({ payload }) => String(payload));

/** The segments of an image, in order. */
export function segmentsOf(image: Image): string[] {
  return [...image.keys()].filter((path) => path.endsWith(".wal")).sort();
}

/** The image with the last frame of its last segment that has one cut off in the middle, as by a torn write. */
export function withTornTail(image: Image): Map<string, Buffer> {
  const path = segmentsOf(image).findLast(
    (each) => parseFrames(image.get(each) as Buffer).length > 0,
  ) as string;
  const bytes = Buffer.from(image.get(path) as Buffer);
  const { begin, end } = parseFrames(bytes).at(-1) as { begin: number; end: number };
  bytes.fill(0, Math.floor((begin + end) / 2));
  return new Map(image).set(path, bytes);
}
