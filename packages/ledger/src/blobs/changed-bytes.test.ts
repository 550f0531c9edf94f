import { expect, test } from "vitest";
import { layoutOf } from "../store/layout.ts";
import { blobStore, dataKey, ledgerId } from "../testing/blob-store.ts";
import { collect } from "../testing/blobs.ts";
import { bytesFrom, textFrom } from "../testing/bytes.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { IMAGE_ROOT, type Image, imageDisk, takeImage } from "../testing/image.ts";
import { Findings } from "../verify/finding.ts";
import { checkPacks } from "../verify/pack-checker.ts";
import { BlobReader } from "./blob-reader.ts";
import { readParcelHead } from "./parcel-head.ts";
import type { BlobReference } from "./reference.ts";

const layout = layoutOf(IMAGE_ROOT);
const contents = [textFrom(1, 900), Buffer.concat([textFrom(1, 900), bytesFrom(2, 100)]), Buffer.alloc(0)];

async function canRead(image: Image, reference: BlobReference, content: Buffer): Promise<boolean> {
  const reader = new BlobReader({ disk: imageDisk(image), directory: layout.blobs, ledgerId });
  const shelf = reader.shelf(dataKey);
  try {
    return (await collect(reader.read(reference, shelf))).equals(content);
  } catch (error) {
    expect(error).toMatchObject({
      name: "LedgerError",
      code: expect.stringMatching(/^BLOB_(DAMAGED|MISSING)$/),
    });
    return false;
  }
}

async function findingsOf(image: Image): Promise<string[]> {
  const findings = new Findings();
  await checkPacks(imageDisk(image), layout, findings);
  return findings.list.map(({ code, file }) => `${code} ${file}`);
}

test("every changed byte of a pack is found by reading, and by whoever has no key at all", async () => {
  const directory = temporaryDirectory();
  const store = blobStore(directory);
  const references: BlobReference[] = [];
  for (const content of contents) references.push(await store.put(dataKey, content));
  await store.close();
  const image = takeImage(directory);
  const path = "blobs/ABCDEFGHIJKLMNOP/000001.pack";
  const bytes = image.get(path) as Buffer;
  const read = (of: Image) =>
    Promise.all(references.map((reference, at) => canRead(of, reference, contents[at] as Buffer)));
  expect(await read(image)).toEqual([true, true, true]);
  expect(await findingsOf(image)).toEqual([]);
  for (let at = 0; at < endOfBlobs(bytes); at += 1) {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] as number) ^ (1 << (at % 8));
    const changed = new Map(image).set(path, flipped);
    expect(await read(changed), `byte ${at}`).toContain(false);
    expect(await findingsOf(changed), `byte ${at}`).toEqual([`BLOB_DAMAGED ${path}`]);
  }
});

/** Where the seal begins: nothing of anybody's is in it, and it is the only one who says what was fsynced before it. */
function endOfBlobs(bytes: Buffer): number {
  let offset = 0;
  for (let head = readParcelHead(bytes, 0); head?.blob !== undefined; head = readParcelHead(bytes, offset))
    offset += head.length;
  expect(bytes.length - offset).toBeGreaterThan(100);
  expect(bytes.length - offset).toBeLessThan(200);
  return offset;
}
