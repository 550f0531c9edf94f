import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { packName } from "../blobs/pack.ts";
import { readParcelHead } from "../blobs/parcel-head.ts";
import { type BlobReference, formatBlobReference } from "../blobs/reference.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { collect, keepStoring, scope } from "../testing/blobs.ts";
import { bytesFrom, textFrom } from "../testing/bytes.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entryOf } from "../testing/entries.ts";
import { IMAGE_ROOT, type Image, imageDisk, takeImage } from "../testing/image.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import type { ListBlobs } from "./blob-checker.ts";
import { verifyLedger } from "./verify-ledger.ts";

/** The records of these tests are references and nothing else. */
const listBlobs: ListBlobs = (payload) => (payload.includes("blob1:") ? [payload.toString()] : []);

const contents = [textFrom(1, 3000), Buffer.concat([textFrom(1, 3000), bytesFrom(2, 500)]), Buffer.alloc(0)];

interface Stored {
  readonly image: Image;
  readonly references: readonly BlobReference[];
  /** The path of the only pack. */
  readonly pack: string;
}

/** Some blobs, each named by the record behind it; the ledger was closed. */
async function stored(): Promise<Stored> {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
  const references: BlobReference[] = [];
  for (const [at, content] of contents.entries()) {
    const reference = await ledger.putBlob(scope, content);
    references.push(reference);
    await ledger.append(entryOf(at, { payload: formatBlobReference(reference) }));
  }
  await ledger.close();
  const image = takeImage(directory);
  const [pack, ...others] = [...image.keys()].filter((path) => path.startsWith("blobs/"));
  expect(others).toEqual([]);
  return { image, references, pack: pack as string };
}

async function findingsOf(image: Image, options: { isKeyless?: boolean } = {}) {
  const disk = imageDisk(image);
  const key = options.isKeyless ? {} : { masterKey };
  const report = await verifyLedger({ directory: IMAGE_ROOT, disk, listBlobs, ...key });
  return report.findings.map(({ code, file, index }) => `${code} ${file} ${index ?? ""}`.trim());
}

/** Where the parcels of a pack begin, and where the last one ends. */
function parcelsOf(bytes: Buffer): number[] {
  const offsets: number[] = [];
  let offset = 0;
  for (let head = readParcelHead(bytes, 0); head; head = readParcelHead(bytes, offset)) {
    offsets.push(offset);
    offset += head.length;
  }
  return [...offsets, offset];
}

function changed(image: Image, path: string, change: (bytes: Buffer) => Buffer): Image {
  return new Map(image).set(path, change(Buffer.from(image.get(path) as Buffer)));
}

function flipped(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] as number) ^ 0x10;
  return bytes;
}

async function readsWhole(image: Image, reference: BlobReference, content: Buffer): Promise<boolean> {
  const reader = await LedgerReader.open({ directory: IMAGE_ROOT, disk: imageDisk(image), masterKey });
  try {
    return (await collect(reader.blob(reference))).equals(content);
  } catch (error) {
    expect(error).toMatchObject({
      name: "LedgerError",
      code: expect.stringMatching(/^BLOB_(DAMAGED|MISSING)$/),
    });
    return false;
  }
}

describe("of a ledger with blobs", () => {
  test("nothing is found while nothing is wrong", async () => {
    const { image } = await stored();
    expect(await findingsOf(image)).toEqual([]);
    expect(await findingsOf(image, { isKeyless: true })).toEqual([]);
  });

  test("a damaged parcel hurts those blobs that it is a part of, and names their records", async () => {
    const { image, pack, references } = await stored();
    const [, second = 0] = parcelsOf(image.get(pack) as Buffer);
    const image2 = changed(image, pack, (bytes) => flipped(bytes, second + 20));
    const whole = references.map((reference, at) => readsWhole(image2, reference, contents[at] as Buffer));
    expect(await Promise.all(whole)).toEqual([true, false, true]);
    const found = await findingsOf(image2);
    expect(found.filter((each) => each.startsWith(`BLOB_DAMAGED blobs/${references[0]?.key} `))).toHaveLength(
      1,
    );
  });

  test("a pack that is gone is missed by every record that names a blob in it", async () => {
    const { image, pack } = await stored();
    const rest = new Map([...image].filter(([path]) => path !== pack));
    expect(await findingsOf(rest)).toHaveLength(3);
  });

  test("a pack that is cut off at its end is missed by the last records", async () => {
    const { image, pack, references } = await stored();
    const end = parcelsOf(image.get(pack) as Buffer)[2] as number;
    const found = await findingsOf(changed(image, pack, (bytes) => bytes.subarray(0, end)));
    expect(found).toEqual([expect.stringContaining(`BLOB_DAMAGED blobs/${references[0]?.key} `)]);
  });

  test("parcels that changed places are found", async () => {
    const { image, pack } = await stored();
    const [a = 0, b = 0, c = 0] = parcelsOf(image.get(pack) as Buffer);
    const swapped = changed(image, pack, (bytes) =>
      Buffer.concat([bytes.subarray(b, c), bytes.subarray(a, b), bytes.subarray(c)]),
    );
    expect(await findingsOf(swapped, { isKeyless: true })).toEqual([`BLOB_DAMAGED ${pack}`]);
    expect(await findingsOf(swapped)).toContain(`BLOB_DAMAGED ${pack}`);
  });

  test("a pack under another's name, or another key's, is found", async () => {
    const { image, pack } = await stored();
    const bytes = image.get(pack) as Buffer;
    for (const other of [pack.replace(packName(1), packName(2)), `blobs/AAAAAAAAAAAAAAAA/${packName(1)}`]) {
      const found = await findingsOf(new Map(image).set(other, bytes), { isKeyless: true });
      expect(found).toEqual([`BLOB_DAMAGED ${other}`]);
    }
  });

  test("what stands behind a seal was put there by somebody else", async () => {
    const { image, pack } = await stored();
    const more = changed(image, pack, (bytes) => Buffer.concat([bytes, Buffer.from("x")]));
    expect(await findingsOf(more)).toEqual([`BLOB_DAMAGED ${pack}`]);
  });

  test.each([
    "blobs/hello",
    "blobs/AAAAAAAAAAAAAAAA",
    "blobs/AAAAAAAAAAAAAAAA/1.pack",
    "blobs/AAAAAAAAAAAAAAAA/000000.pack",
    "blobs/AAAAAAAAAAAAAAAA/000001.pack.tmp",
    "blobs/AAAAAAAAAAAAAAAA/0000001.pack",
    "blobs/AAAAAAAAAAAAAAAAA/000001.pack",
  ])("a file %s is not a ledger's", async (path) => {
    const { image } = await stored();
    const [found, ...others] = await findingsOf(new Map(image).set(path, Buffer.from("?")));
    expect(others).toEqual([]);
    expect(found).toMatch(/^FILE_UNEXPECTED blobs\//);
  });

  test.each([
    ["no reference", "blob1:hello", "BLOB_DAMAGED blobs 2"],
    ["a blob of a key that is not there", `blob1:AAAAAAAAAAAAAAAA:${"A".repeat(43)}:7`, undefined],
  ])("a record that names %s is judged by it", async (_, payload, expected) => {
    const directory = temporaryDirectory();
    const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
    await ledger.append(entryOf(0, { payload }));
    await ledger.close();
    const { findings } = await verifyLedger({ directory, masterKey, listBlobs });
    expect(findings.map(({ code, file, index }) => `${code} ${file} ${index}`.replace(/\d+$/, "2"))).toEqual(
      expected === undefined ? [] : [expected],
    );
  });
});

test("a torn end of a pack is no finding, whatever is left of it, and nothing that was stored is lost with it", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
  const reference = await ledger.putBlob(scope, contents[0] as Buffer);
  await ledger.append(entryOf(0, { payload: formatBlobReference(reference) }));
  const pack = [...takeImage(directory).keys()].find((path) => path.startsWith("blobs/")) as string;
  const stood = readFileSync(join(directory, pack));
  await ledger.putBlob(scope, bytesFrom(3, 2000));
  const image = takeImage(directory);
  await ledger.close();
  const whole = image.get(pack) as Buffer;
  for (let end = stood.length; end < whole.length; end += 97) {
    const torn = Buffer.concat([whole.subarray(0, end), Buffer.alloc(end % 3 === 0 ? 50 : 0)]);
    const left = new Map(image).set(pack, torn);
    expect(await findingsOf(left)).toEqual([]);
    expect(await readsWhole(left, reference, contents[0] as Buffer)).toBe(true);
  }
});

test("verify has nothing to say while blobs are stored", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({
    directory,
    masterKey,
    segmentBytes: 64 * 1024,
    checkpointIntervalMs: 10,
  });
  const storing = keepStoring(ledger);
  for (let round = 0; round < 4; round += 1) {
    await sleep(50);
    expect((await verifyLedger({ directory, masterKey, listBlobs })).findings).toEqual([]);
  }
  expect(await storing.stop()).toBeGreaterThan(10);
  await ledger.close();
});
