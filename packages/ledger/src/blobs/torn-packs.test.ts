import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nodeDisk } from "../store/disk.ts";
import { layoutOf } from "../store/layout.ts";
import { blobStore, dataKey, ledgerId } from "../testing/blob-store.ts";
import { collect, packsOf } from "../testing/blobs.ts";
import { bytesFrom } from "../testing/bytes.ts";
import { restoreImage } from "../testing/crashed.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { IMAGE_ROOT, imageDisk, takeImage } from "../testing/image.ts";
import { PowerCutDisk } from "../testing/power-cut-disk.ts";
import { BlobReader } from "./blob-reader.ts";
import { readParcelHead } from "./parcel-head.ts";
import type { BlobReference } from "./reference.ts";

const packPath = (number: number) => `blobs/${dataKey.id}/00000${number}.pack`;

async function read(directory: string, reference: BlobReference): Promise<Buffer> {
  const { blobs } = layoutOf(directory);
  const reader = new BlobReader({ disk: nodeDisk, directory: blobs, ledgerId });
  const shelf = reader.shelf(dataKey);
  return collect(reader.read(reference, shelf)).finally(() => shelf.close());
}

/** What a killed writer leaves that has stored these contents, one after the other. */
async function killedAfter(...contents: readonly Buffer[]): Promise<string> {
  const running = temporaryDirectory();
  const store = blobStore(running);
  for (const content of contents) await store.put(dataKey, content);
  const left = temporaryDirectory();
  restoreImage(takeImage(running), left);
  await store.close();
  return left;
}

test("the next writer relies on what is known to be fsynced, and stores anew what is not", async () => {
  const [first, second] = [bytesFrom(1, 3000), bytesFrom(2, 3000)];
  const directory = await killedAfter(first, second);
  const store = blobStore(directory, 2);
  await store.put(dataKey, first);
  expect([...packsOf(directory).keys()]).toHaveLength(1);
  await store.put(dataKey, second);
  expect([...packsOf(directory).keys()]).toHaveLength(2);
  await store.close();
});

test("a pack that was torn is not written to again, and what is stored then does not need it", async () => {
  const content = bytesFrom(1, 200_000);
  const directory = await killedAfter(content);
  const path = join(directory, packPath(1));
  const torn = readFileSync(path);
  torn.fill(0, 70_000, 71_000);
  writeFileSync(path, torn);
  const store = blobStore(directory, 2);
  const reference = await store.put(dataKey, content);
  await store.close();
  expect(readFileSync(path).equals(torn)).toBe(true);
  expect((await read(directory, reference)).equals(content)).toBe(true);
});

test.each([1, 2])("of a blob that stands in two packs, either may be damaged: pack %i", async (number) => {
  const content = bytesFrom(1, 200_000);
  const directory = await killedAfter(content);
  const store = blobStore(directory, 2);
  const reference = await store.put(dataKey, content);
  await store.close();
  const path = join(directory, packPath(number));
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(2000) ^ 1, 2000);
  writeFileSync(path, bytes);
  expect((await read(directory, reference)).equals(content)).toBe(true);
});

test("a writer that comes after a clean stop relies on everything", async () => {
  const directory = temporaryDirectory();
  const first = blobStore(directory);
  const contents = Array.from({ length: 5 }, (_, at) => bytesFrom(at, 2000));
  for (const content of contents) await first.put(dataKey, content);
  await first.close();
  const second = blobStore(directory, 2);
  for (const content of contents) await second.put(dataKey, content);
  await second.close();
  expect([...packsOf(directory).keys()]).toHaveLength(1);
});

test("no parcel in any pack of any start has the epoch and number of another", async () => {
  const directory = temporaryDirectory();
  for (const epoch of [1, 2, 3]) {
    const store = blobStore(directory, epoch);
    const other = { ...dataKey, id: "PONMLKJIHGFEDCBA" };
    await Promise.all(
      [1, 2, 3].map((at) => store.put(at === 2 ? other : dataKey, bytesFrom(10 * epoch + at, 90_000))),
    );
    await store.close();
  }
  const names: string[] = [];
  for (const name of packsOf(directory).keys()) {
    const bytes = readFileSync(join(directory, "blobs", name));
    let offset = 0;
    for (let head = readParcelHead(bytes, 0); head; head = readParcelHead(bytes, offset)) {
      names.push(`${head.epoch}/${head.number}`);
      offset += head.length;
    }
    expect(offset).toBe(bytes.length);
  }
  expect(names.length).toBeGreaterThan(20);
  expect(new Set(names).size).toBe(names.length);
});

test("when a blob is acknowledged, all of it is fsynced, whoever else fills and changes packs at the same moment", async () => {
  const directory = temporaryDirectory();
  const disk = new PowerCutDisk(directory, () => {});
  const store = blobStore(directory, 1, { disk, packBytesMax: 3000 });
  const { blobs } = layoutOf(IMAGE_ROOT);
  const work = async (at: number) => {
    const content = bytesFrom(at % 40, 200 + 60 * (at % 23));
    const reference = await store.put(dataKey, content);
    // Of what is not synced by now, nothing is left.
    const image = disk.cut(() => 0.9);
    const reader = new BlobReader({ disk: imageDisk(image), directory: blobs, ledgerId });
    expect((await collect(reader.read(reference, reader.shelf(dataKey)))).equals(content)).toBe(true);
  };
  for (let round = 0; round < 6; round += 1)
    await Promise.all(Array.from({ length: 12 }, (_, at) => work(12 * round + at)));
  await store.close();
  expect(packsOf(directory).size).toBeGreaterThan(8);
});
