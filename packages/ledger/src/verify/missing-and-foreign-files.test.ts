import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/directory.ts";
import { entriesOf } from "../testing/entries.ts";
import { IMAGE_ROOT, type Image, imageDisk, takeImage } from "../testing/image.ts";
import { closedImage, masterKey, runningImage } from "../testing/small-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import type { Finding } from "./finding.ts";
import { verifyLedger } from "./verify-ledger.ts";

async function findingsOf(image: Image): Promise<readonly Finding[]> {
  return (await verifyLedger({ directory: IMAGE_ROOT, disk: imageDisk(image), masterKey })).findings;
}

function without(image: Image, pattern: RegExp): Image {
  const rest = new Map([...image].filter(([path]) => !pattern.test(path)));
  // A pattern that matches nothing would prove nothing.
  expect(rest.size).toBeLessThan(image.size);
  return rest;
}

async function twoBundles(directory: string): Promise<Image> {
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
  await ledger.appendAll(entriesOf(0, 300), "durable");
  await ledger.close();
  return takeImage(directory);
}

test.each<[string, RegExp, string, string]>([
  ["the published checkpoint", /^checkpoint$/, "CHECKPOINT_INVALID", "checkpoint"],
  ["the signed checkpoint", /signed$/, "FILE_DAMAGED", ".state/signed"],
  ["both checkpoints", /signed$|^checkpoint$/, "FILE_DAMAGED", ".state/signed"],
  ["the state of the tree", /tree$/, "FILE_DAMAGED", ".state/tree"],
  ["the epoch", /epoch$/, "FILE_DAMAGED", ".state/epoch"],
  ["the verifier key", /verifier$/, "FILE_DAMAGED", "keys/verifier"],
  ["the write-ahead file", /\.wal$/, "WAL_DAMAGED", ".state/wal"],
  ["a full bundle", /^tile\/entries\/000$/, "BUNDLE_DAMAGED", "tile/entries/000"],
  ["the last bundle", /^tile\/entries\/001/, "BUNDLE_DAMAGED", "tile/entries/001"],
  ["a full tile", /^tile\/0\/000$/, "TILE_DAMAGED", "tile/0/000"],
  ["a tile of the last level", /^tile\/1\//, "TILE_DAMAGED", "tile/1/000.p/1"],
  ["a full payload file", /^payload\/000/, "BLOCK_DAMAGED", "payload/000"],
  ["the last payload file", /^payload\/001/, "BLOCK_DAMAGED", "payload/001"],
])("without %s, verify says so", async (_, pattern, code, file) => {
  const image = without(await twoBundles(temporaryDirectory()), pattern);
  const findings = await findingsOf(image);
  expect(
    findings.some((each) => each.code === code && each.file.startsWith(file)),
    JSON.stringify(findings),
  ).toBe(true);
});

test("without the key ring nothing can be said, and verify says that", async () => {
  const image = without(await closedImage(temporaryDirectory()), /ring$/);
  expect((await findingsOf(image)).map(({ code }) => code)).toContain("KEY_RING_DAMAGED");
});

test("of a writer that runs, the segment with what is not in the tree yet is missed", async () => {
  const image = await runningImage(temporaryDirectory());
  const findings = await findingsOf(without(image, /\.wal$/));
  expect(findings.map(({ code }) => code)).toContain("WAL_DAMAGED");
});

test("a segment in the middle is missed", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({
    directory,
    masterKey,
    segmentBytes: 4096,
    checkpointIntervalMs: 3_600_000,
  });
  await ledger.checkpoint();
  for (const entry of entriesOf(0, 20)) await ledger.append(entry);
  const image = takeImage(directory);
  await ledger.close();
  const segments = [...image.keys()].filter((path) => path.endsWith(".wal"));
  expect(segments.length).toBeGreaterThan(3);
  expect(await findingsOf(image)).toEqual([]);
  const findings = await findingsOf(without(image, new RegExp(segments[1] as string)));
  expect(findings.map(({ code }) => code)).toContain("WAL_DAMAGED");
});

test.each([
  "tile/0/hello",
  "tile/entries/000.p/256",
  "tile/entries/000.p/0",
  "tile/entries/x000/000",
  "tile/entries/000.p/9.txt",
  "tile/64/000",
  "tile/00/000",
  "tile/0/005",
  "tile/3/000.p/1",
  "tile/hello/000",
  "tile/entries/007",
  "payload/001",
  "payload/000.p/3",
  "payload/hello",
  "tile/0/x000.tmp",
])("a file %s is not a ledger's, and verify says so", async (path) => {
  const image = new Map(await closedImage(temporaryDirectory())).set(path, Buffer.from("?"));
  const findings = await findingsOf(image);
  expect(findings.map(({ code }) => code)).toEqual(["FILE_UNEXPECTED"]);
  // A directory that should not be there stands for what is in it.
  expect(path.startsWith(findings[0]?.file as string)).toBe(true);
});

test("what a stop leaves behind under a temporary name does not matter", async () => {
  const image = new Map(await closedImage(temporaryDirectory()))
    .set("tile/0/000.123-4.tmp", Buffer.from("?"))
    .set("tile/0/000.p/7.123-4.tmp", Buffer.from("?"));
  expect(await findingsOf(image)).toEqual([]);
});

test("a first checkpoint that is signed while we look is no missing one", async () => {
  const disk = imageDisk(without(await twoBundles(temporaryDirectory()), /^checkpoint$/));
  let looks = 0;
  const signedLater = {
    ...disk,
    read: async (path: string) => {
      if (!path.endsWith("/signed")) return disk.read(path);
      looks += 1;
      return looks > 2 ? disk.read(path) : undefined;
    },
  };
  const { findings } = await verifyLedger({ directory: IMAGE_ROOT, disk: signedLater, masterKey });
  expect(findings).toEqual([]);
  expect(looks).toBe(3);
});
