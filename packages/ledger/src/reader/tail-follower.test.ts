import { expect, test } from "vitest";
import type { Disk } from "../store/disk.ts";
import { nodeDisk } from "../store/disk.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entriesOf, entryOf, ownEntries, ownPayloads } from "../testing/entries.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { commitment } from "../verifier/commitment.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { LedgerReader } from "./ledger-reader.ts";

/** The real disk, which counts how many bytes of write-ahead segments hold something when they are read. */
class CountingDisk {
  segmentBytes = 0;
  readonly #segments = new Set<number>();
  readonly disk: Disk = {
    ...nodeDisk,
    openNow: (path) => {
      const descriptor = nodeDisk.openNow(path);
      if (descriptor !== undefined && path.endsWith(".wal")) this.#segments.add(descriptor);
      return descriptor;
    },
    readNow: (descriptor, target, position) => {
      const length = nodeDisk.readNow(descriptor, target, position);
      let end = this.#segments.has(descriptor) ? length : 0;
      while (end > 0 && target[end - 1] === 0) end -= 1;
      this.segmentBytes += end;
      return length;
    },
    closeDescriptor: (descriptor) => {
      this.#segments.delete(descriptor);
      nodeDisk.closeDescriptor(descriptor);
    },
  };
}

test("a reader that looks after every entry reads each frame about once", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, checkpointIntervalMs: 3_600_000 });
  const counting = new CountingDisk();
  const reader = await LedgerReader.open({ directory, masterKey, disk: counting.disk });
  const before = counting.segmentBytes;
  const payload = "x".repeat(2000);
  for (let at = 0; at < 100; at += 1) {
    await ledger.append(entryOf(at, { payload }), "written");
    await reader.refresh();
    expect(reader.size).toBe(ledger.size);
  }
  expect(await ownPayloads(reader)).toEqual(Array.from({ length: 100 }, () => payload));
  expect(counting.segmentBytes - before).toBeGreaterThan(100 * 2000);
  // To read all of them anew each time would be fifty times as much.
  expect(counting.segmentBytes - before).toBeLessThan(100 * 2000 * 3);
  await ledger.close();
});

test("a reader joins on whatever was integrated, freed or begun anew between its looks", {
  timeout: 240_000,
}, async () => {
  const directory = temporaryDirectory();
  const options = { directory, masterKey, segmentBytes: 16 * 1024, checkpointIntervalMs: 0 };
  let ledger = await openLedger(options);
  const reader = await LedgerReader.open({ directory, masterKey });
  const expected: string[] = [];
  for (let round = 0, at = 0; round < 60; round += 1) {
    const count = 1 + ((round * 7) % 90);
    const entries = entriesOf(at, at + count, { source: `${round}` });
    await ledger.appendAll(entries, round % 3 === 0 ? "durable" : "written");
    expected.push(...entries.map(({ payload }) => String(payload)));
    at += count;
    if (round % 10 === 4) await ledger.checkpoint();
    if (round % 10 === 7) {
      await ledger.close();
      ledger = await openLedger(options);
    }
    // Sometimes it looks at once, sometimes after long.
    if (round % 4 === 1) continue;
    await reader.refresh();
    expect(reader.size).toBeGreaterThanOrEqual(expected.length);
    expect(await ownPayloads(reader)).toEqual(expected);
  }
  await ledger.close();
  await reader.refresh();
  expect(await ownPayloads(reader)).toEqual(expected);
});

test("a frame that is longer than what is read at once is read whole", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, checkpointIntervalMs: 3_600_000 });
  const reader = await LedgerReader.open({ directory, masterKey });
  const payloads = [70_000, 10, 1_500_000, 65_536, 3_000_000].map((length, at) => `${at}`.repeat(length));
  for (const [at, payload] of payloads.entries()) {
    await ledger.append(entryOf(at, { payload }), "written");
    await reader.refresh();
    expect((await ownPayloads(reader)).length).toBe(at + 1);
  }
  expect(await ownPayloads(reader)).toEqual(payloads);
  const fresh = await LedgerReader.open({ directory, masterKey });
  expect(await ownPayloads(fresh)).toEqual(payloads);
  await ledger.close();
});

test("an entry comes with the salt that its commitment covers", async () => {
  const directory = temporaryDirectory();
  const ledger = await openLedger({ directory, masterKey, segmentBytes: 4096 });
  await ledger.appendAll(entriesOf(0, 10), "durable");
  const reader = await LedgerReader.open({ directory, masterKey });
  const entries = await ownEntries(reader);
  for (const { envelope, payload, salt } of entries) {
    expect(salt).toHaveLength(16);
    expect(Buffer.from(await commitment(salt as Buffer, payload as Buffer)).toString("base64")).toBe(
      envelope.c,
    );
  }
  expect(new Set(entries.map(({ salt }) => salt?.toString("hex"))).size).toBe(10);
  const [first] = entries;
  expect(await reader.envelope(first?.index as number)).toEqual({
    entry: first?.entry,
    envelope: first?.envelope,
  });
  await expect(reader.envelope(10_000)).rejects.toMatchObject({ code: "INDEX_UNKNOWN" });
  await ledger.close();
});

test("derived keys are the same for every reader of a ledger, and others for each label and ledger", async () => {
  const keys: string[] = [];
  for (const _ of [1, 2]) {
    const directory = temporaryDirectory();
    await (await openLedger({ directory, masterKey, segmentBytes: 4096 })).close();
    const readers = [
      await LedgerReader.open({ directory, masterKey }),
      await LedgerReader.open({ directory, masterKey }),
    ];
    expect(readers[0]?.deriveKey("a")).toEqual(readers[1]?.deriveKey("a"));
    expect(readers[0]?.deriveKey("a")).toHaveLength(32);
    keys.push(
      ...["a", "b", ""].map((label) => (readers[0] as LedgerReader).deriveKey(label).toString("hex")),
    );
  }
  expect(new Set(keys).size).toBe(6);
});
