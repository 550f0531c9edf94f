import { cpSync } from "node:fs";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/directory.ts";
import { entriesOf, entryOf } from "../testing/entries.ts";
import { IMAGE_ROOT, type Image, imageDisk, takeImage } from "../testing/image.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { verifyLedger } from "./verify-ledger.ts";

const segmentBytes = 64 * 1024;

/** The ledger with one further run in it, and the checkpoint of that. */
async function goOn(
  directory: string,
  payloads: readonly string[],
): Promise<{ image: Image; checkpoint: string }> {
  const ledger = await openLedger({ directory, masterKey, segmentBytes, clock: () => 1_700_000_000_000 });
  await ledger.appendAll(
    payloads.map((payload, at) => entryOf(at, { payload, source: "second" })),
    "durable",
  );
  await ledger.close();
  const image = takeImage(directory);
  return { image, checkpoint: String(image.get("checkpoint")) };
}

/**
 * The same ledger with two histories. The second is the work of somebody who has every key: payloads are encrypted
 * again as they should be, and blocks, envelopes, chain, tiles, state and signatures all fit together.
 */
async function twoHistories() {
  const [first, second] = [temporaryDirectory(), temporaryDirectory()] as const;
  const ledger = await openLedger({ directory: first, masterKey, segmentBytes });
  await ledger.appendAll(entriesOf(0, 5), "durable");
  await ledger.close();
  const before = String(takeImage(first).get("checkpoint"));
  cpSync(first, second, { recursive: true });
  const told = await goOn(first, ["rm -rf /", "ok"]);
  const rewritten = await goOn(second, ["ls -la /", "ok"]);
  return { before, told, rewritten };
}

const verify = (image: Image, checkpoint?: string) =>
  verifyLedger({
    directory: IMAGE_ROOT,
    disk: imageDisk(image),
    masterKey,
    ...(checkpoint && { checkpoint }),
  });

test("somebody with every key can rewrite what no checkpoint outside covers; that is why one is kept outside", async () => {
  const { before, told, rewritten } = await twoHistories();
  expect(await verify(rewritten.image)).toMatchObject({ ok: true });
  expect(await verify(rewritten.image, before)).toMatchObject({ ok: true });
  const { ok, findings } = await verify(rewritten.image, told.checkpoint);
  expect(ok).toBe(false);
  expect(findings).toEqual([
    expect.objectContaining({ code: "CHECKPOINT_INVALID", file: "the given checkpoint" }),
  ]);
});

test("each checkpoint that was kept is held against the ledger, and named when they do not agree", async () => {
  const { before, told, rewritten } = await twoHistories();
  const report = await verifyLedger({
    directory: IMAGE_ROOT,
    disk: imageDisk(rewritten.image),
    kept: [
      { file: "outside/old", note: before },
      { file: "outside/new", note: told.checkpoint },
      { file: "outside/damaged", note: Buffer.from(before.replace("—", "-")) },
    ],
    masterKey,
  });
  expect(report.findings.map(({ code, file }) => `${code} ${file}`)).toEqual([
    "CHECKPOINT_INVALID outside/damaged",
    "CHECKPOINT_INVALID outside/new",
  ]);
});

test("somebody with the data keys who cannot sign is found by what was signed", async () => {
  const { told, rewritten } = await twoHistories();
  const image = new Map(rewritten.image);
  for (const path of ["checkpoint", ".state/signed"]) image.set(path, told.image.get(path) as Buffer);
  const { findings } = await verify(image);
  expect(findings.map(({ code, file }) => `${code} ${file}`)).toEqual([
    "CHECKPOINT_INVALID checkpoint",
    "CHECKPOINT_INVALID .state/signed",
  ]);
});

test("a changed block with a changed envelope breaks tile, chain and root", async () => {
  const { told, rewritten } = await twoHistories();
  const image = new Map(told.image);
  for (const path of rewritten.image.keys())
    if (/^payload|^tile\/entries/.test(path)) image.set(path, rewritten.image.get(path) as Buffer);
  const codes = new Set((await verify(image)).findings.map(({ code }) => code));
  expect([...codes].sort()).toEqual(["CHECKPOINT_INVALID", "FILE_DAMAGED", "TILE_DAMAGED"]);
});

test("a cut tail is found by a newer checkpoint, also when all files agree with each other", async () => {
  const directory = temporaryDirectory();
  await goOn(directory, ["a", "b"]);
  const old = takeImage(directory);
  const { checkpoint } = await goOn(directory, ["c", "d"]);
  // Nothing inside an old copy tells that it is old.
  expect(await verify(old)).toMatchObject({ ok: true });
  const { findings } = await verify(old, checkpoint);
  expect(findings).toEqual([expect.objectContaining({ code: "TRUNCATED", file: "the given checkpoint" })]);
});

test("a log of somebody else's, however sound, is not the one whose key was kept", async () => {
  const [ours, theirs] = [temporaryDirectory(), temporaryDirectory()] as const;
  const ledger = await openLedger({ directory: ours, masterKey, segmentBytes, origin: "log.example" });
  const { verifierKey } = ledger;
  await ledger.close();
  const other = await openLedger({ directory: theirs, masterKey, segmentBytes, origin: "log.example" });
  await other.close();
  const report = await verifyLedger({ directory: theirs, masterKey, verifierKey });
  const found = report.findings.map(({ code, file }) => `${code} ${file}`);
  expect(found).toEqual([
    "FILE_DAMAGED keys/verifier",
    "CHECKPOINT_INVALID checkpoint",
    "CHECKPOINT_INVALID .state/signed",
  ]);
});

test("a payload file from another place in the log is not taken for its own", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes });
  await ledger.appendAll(entriesOf(0, 600), "durable");
  await ledger.close();
  const image = new Map(takeImage(directory));
  const [first, second] = [image.get("payload/000") as Buffer, image.get("payload/001") as Buffer];
  image.set("payload/000", second).set("payload/001", first);
  const { findings } = await verify(image);
  expect(findings[0]).toMatchObject({ code: "BLOCK_DAMAGED", file: "payload/000", index: 0 });
});
