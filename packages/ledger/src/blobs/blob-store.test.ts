import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { nodeDisk } from "../store/disk.ts";
import { layoutOf } from "../store/layout.ts";
import { blobStore, dataKey, ledgerId } from "../testing/blob-store.ts";
import { collect, inPieces, packedBytes, packsOf, readBlob, scope } from "../testing/blobs.ts";
import { bytesFrom, textFrom } from "../testing/bytes.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { entryOf } from "../testing/entries.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { BlobReader } from "./blob-reader.ts";
import type { BlobReference } from "./reference.ts";

const MiB = 1024 * 1024;

function open(directory: string) {
  return openLedger({ directory, masterKey, segmentBytes: 64 * 1024 });
}

describe("what is stored", () => {
  test("is read back, whatever it is and however it came in pieces", async () => {
    const directory = temporaryDirectory();
    const ledger = await open(directory);
    const reader = await LedgerReader.open({ directory, masterKey });
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
      fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 300_000 })).map(([seed, size]) => bytesFrom(seed, size)),
      fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 300_000 })).map(([seed, size]) => textFrom(seed, size)),
    );
    await fc.assert(
      fc.asyncProperty(content, fc.integer({ min: 1, max: 70_000 }), async (bytes, piece) => {
        const reference = await ledger.putBlob(scope, inPieces(bytes, piece));
        expect(reference.size).toBe(bytes.length);
        expect(await ledger.putBlob(scope, bytes)).toEqual(reference);
        expect((await collect(reader.blob(reference))).equals(bytes)).toBe(true);
        expect(await reader.hasBlob(reference)).toBe(true);
      }),
      { numRuns: 40, examples: [[Buffer.alloc(0), 1]] },
    );
    await ledger.close();
  });

  test("is there for whoever opens the ledger later, in all of its packs", async () => {
    const directory = temporaryDirectory();
    const ledger = await open(directory);
    const content = bytesFrom(1, 18 * MiB);
    const reference = await ledger.putBlob(scope, inPieces(content, MiB));
    await ledger.close();
    expect([...packsOf(directory).values()]).toHaveLength(2);
    expect((await readBlob(directory, reference)).equals(content)).toBe(true);
  });

  test("lies on the disk in no way that shows its text", async () => {
    const directory = temporaryDirectory();
    const ledger = await open(directory);
    await ledger.putBlob(scope, Buffer.from("a marker that is planted here"));
    // What does not compress is sealed as it is.
    await ledger.putBlob(
      scope,
      Buffer.concat([bytesFrom(1, 5000), Buffer.from("a marker that is planted here")]),
    );
    await ledger.close();
    for (const name of packsOf(directory).keys())
      expect(readFileSync(join(directory, "blobs", name)).includes("marker")).toBe(false);
  });
});

describe("the same content", () => {
  test("is stored once under a key, also by another start", async () => {
    const directory = temporaryDirectory();
    const content = bytesFrom(1, 300_000);
    const first = await open(directory);
    const reference = await first.putBlob(scope, content);
    const bytes = packedBytes(directory);
    expect(await first.putBlob(scope, content)).toEqual(reference);
    expect(packedBytes(directory)).toBe(bytes);
    await first.close();
    const second = await open(directory);
    expect(await second.putBlob(scope, content)).toEqual(reference);
    await second.close();
    // Nothing but the seals of two packs, or of one.
    expect(packedBytes(directory) - bytes).toBeLessThan(500);
    expect((await readBlob(directory, reference)).equals(content)).toBe(true);
  });

  test("has another name under another key, and is stored again", async () => {
    const directory = temporaryDirectory();
    const ledger = await open(directory);
    const content = bytesFrom(1, 100_000);
    const one = await ledger.putBlob(scope, content);
    const bytes = packedBytes(directory);
    const other = await ledger.putBlob({ ...scope, session: "s2" }, content);
    expect(other.key).not.toBe(one.key);
    expect(other.name).not.toBe(one.name);
    expect(packedBytes(directory)).toBeGreaterThan(1.9 * bytes);
    const reader = await LedgerReader.open({ directory, masterKey });
    expect(await reader.hasBlob({ ...one, key: other.key })).toBe(false);
    await ledger.close();
  });

  test("in another blob costs little", async () => {
    const directory = temporaryDirectory();
    const ledger = await open(directory);
    const prefix = bytesFrom(1, 200_000);
    await ledger.putBlob(scope, prefix);
    const bytes = packedBytes(directory);
    const content = Buffer.concat([Buffer.from("in front, "), prefix, Buffer.from(", behind")]);
    const reference = await ledger.putBlob(scope, content);
    expect(packedBytes(directory) - bytes).toBeLessThan(12_000);
    expect((await readBlob(directory, reference)).equals(content)).toBe(true);
    await ledger.close();
  });

  test("stored by many at once is whole for each of them", async () => {
    const directory = temporaryDirectory();
    const ledger = await open(directory);
    const contents = Array.from({ length: 30 }, (_, at) =>
      Buffer.concat([textFrom(1, 50_000), bytesFrom(at % 10, 70_000)]),
    );
    const references = await Promise.all(
      contents.map((content, at) =>
        ledger.putBlob({ ...scope, session: `s${at % 2}` }, inPieces(content, 9000)),
      ),
    );
    for (const [at, reference] of references.entries())
      expect((await readBlob(directory, reference)).equals(contents[at] as Buffer)).toBe(true);
    await ledger.close();
  });
});

describe("a source", () => {
  test("that fails ends the blob with its own error, and leaves nothing that can be found", async () => {
    const directory = temporaryDirectory();
    const ledger = await open(directory);
    const content = bytesFrom(1, 200_000);
    async function* failing() {
      yield content.subarray(0, 150_000);
      throw new RangeError("the client hung up");
    }
    await expect(ledger.putBlob(scope, failing())).rejects.toThrow(RangeError);
    const reference = await ledger.putBlob(scope, content);
    expect((await readBlob(directory, reference)).equals(content)).toBe(true);
    expect(ledger.failure).toBeUndefined();
    await ledger.close();
  });

  test("is asked for no more than can be taken in", async () => {
    const directory = temporaryDirectory();
    const ledger = await open(directory);
    let asked = 0;
    let taken = 0;
    async function* source() {
      for (let at = 0; at < 50; at += 1) {
        asked += 1;
        expect(asked - taken).toBe(1);
        yield bytesFrom(at, 30_000);
        taken += 1;
      }
    }
    expect((await ledger.putBlob(scope, source())).size).toBe(1_500_000);
    await ledger.close();
  });

  test("of texts is refused, since they would not be stored as what they are", async () => {
    const ledger = await open(temporaryDirectory());
    async function* texts() {
      yield "a text";
    }
    const source = texts() as unknown as AsyncIterable<Uint8Array>;
    await expect(ledger.putBlob(scope, source)).rejects.toMatchObject({ code: "ENTRY_INVALID" });
    await ledger.close();
  });

  test("that never ends does not keep a ledger from closing, and is let go", async () => {
    const ledger = await open(temporaryDirectory());
    let hasEnded = false;
    const endless: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: async () => {
          hasEnded = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const put = ledger.putBlob(scope, endless);
    const refused = expect(put).rejects.toMatchObject({ code: "LEDGER_CLOSED" });
    await ledger.close();
    await refused;
    expect(hasEnded).toBe(true);
    await expect(ledger.putBlob(scope, Buffer.alloc(1))).rejects.toMatchObject({ code: "LEDGER_CLOSED" });
  });
});

describe("a reference", () => {
  test("under a key that is not there, or of a blob that was never stored, finds nothing", async () => {
    const directory = temporaryDirectory();
    const ledger = await open(directory);
    const reference = await ledger.putBlob(scope, Buffer.from("here"));
    const reader = await LedgerReader.open({ directory, masterKey });
    const missing: BlobReference[] = [
      { ...reference, key: "AAAAAAAAAAAAAAAA" },
      { ...reference, key: "../../../../etc/" },
      { ...reference, name: "A".repeat(43) },
    ];
    for (const each of missing) {
      expect(await reader.hasBlob(each)).toBe(false);
      await expect(collect(reader.blob(each))).rejects.toMatchObject({ code: "BLOB_MISSING" });
    }
    const longer = { ...reference, size: reference.size + 1 };
    await expect(collect(reader.blob(longer))).rejects.toMatchObject({ code: "BLOB_DAMAGED" });
    await ledger.close();
  });

  test("is good for a reader that was open before the blob was stored", async () => {
    const directory = temporaryDirectory();
    const ledger = await open(directory);
    await ledger.append(entryOf(0));
    const reader = await LedgerReader.open({ directory, masterKey });
    for (let at = 0; at < 3; at += 1) {
      const content = bytesFrom(at, 1000);
      const reference = await ledger.putBlob({ ...scope, session: `new ${at % 2}` }, content);
      expect((await collect(reader.blob(reference))).equals(content)).toBe(true);
    }
    await ledger.close();
  });
});

test("however many keys have blobs, few of their files are open, and all are kept", async () => {
  const directory = temporaryDirectory();
  const store = blobStore(directory, 1, { openKeysMax: 4 });
  const before = openFiles();
  const keyOf = (at: number) => ({ ...dataKey, id: `ABCDEFGHIJKLMN${10 + (at % 15)}` });
  const references = await Promise.all(
    Array.from({ length: 45 }, (_, at) => store.put(keyOf(at), bytesFrom(at, 300))),
  );
  for (let at = 45; at < 60; at += 1) {
    references.push(await store.put(keyOf(at), bytesFrom(at, 300)));
    expect(openFiles() - before).toBeLessThan(10);
  }
  await store.close();
  expect(openFiles()).toBeLessThanOrEqual(before);
  const reader = new BlobReader({ disk: nodeDisk, directory: layoutOf(directory).blobs, ledgerId });
  for (const [at, reference] of references.entries()) {
    const shelf = reader.shelf(keyOf(at));
    expect((await collect(reader.read(reference, shelf))).equals(bytesFrom(at, 300))).toBe(true);
    await shelf.close();
  }
});

function openFiles(): number {
  return readdirSync("/proc/self/fd").length;
}
