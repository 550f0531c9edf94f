import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LedgerError } from "../error.ts";
import { contentBytes, splitContent, writeChunk } from "./content.ts";
import { decodeManifest, encodeManifest } from "./manifest.ts";
import { chunkNamer } from "./names.ts";
import { openParcel, type PackedContent, type ParcelPlace, sealParcel } from "./parcel.ts";
import { readParcelHead } from "./parcel-head.ts";

const key = Buffer.alloc(32, 3);
const ledgerId = Buffer.alloc(16, 4);
const nameChunk = chunkNamer(key);
const damaged = { name: "LedgerError", code: "BLOB_DAMAGED" };

const buffer = (constraints?: fc.IntArrayConstraints) =>
  fc.uint8Array(constraints).map((array) => Buffer.from(array));
const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const place = fc.record({
  keyId: buffer({ minLength: 12, maxLength: 12 }).map((id) => id.toString("base64url")),
  pack: uint32,
  offset: uint32,
  durable: uint32,
});
const run = fc.record({
  pack: uint32,
  offset: uint32,
  first: fc.integer({ min: 0, max: 0xffff }),
  count: fc.integer({ min: 0, max: 0xffff }),
});
const manifest = fc.record({ size: fc.maxSafeNat(), runs: fc.array(run) });

function pack(chunks: readonly Buffer[], last: Buffer | undefined, isDeflated: boolean): PackedContent {
  const size = chunks.reduce((sum, chunk) => sum + contentBytes(chunk), 0);
  const content = Buffer.alloc(size);
  let offset = 0;
  for (const chunk of chunks) offset = writeChunk(content, offset, chunk);
  const whole = Buffer.concat([content, last ?? Buffer.alloc(0)]);
  return {
    bytes: isDeflated ? deflateRawSync(whole) : whole,
    isDeflated,
    contentBytes: whole.length,
    chunks: chunks.map(nameChunk),
    blob: last && "b".repeat(32),
  };
}

function seal(content: PackedContent, at: ParcelPlace): Buffer {
  return sealParcel({ ledgerId, key, epoch: 7, number: 2 ** 40 }, at, content);
}

test("what is sealed in a parcel comes out of it, with its names and its place", () => {
  fc.assert(
    fc.property(
      fc.array(buffer({ maxLength: 500 }), { maxLength: 20 }),
      fc.option(buffer({ maxLength: 100 }), { nil: undefined }),
      fc.boolean(),
      place,
      (chunks, last, isDeflated, at) => {
        const opened = openParcel(ledgerId, key, nameChunk, seal(pack(chunks, last, isDeflated), at));
        expect(opened.chunks).toEqual(chunks);
        expect(opened.manifest).toEqual(last ?? Buffer.alloc(0));
        expect(opened.head).toMatchObject({ ...at, epoch: 7, number: 2 ** 40, blob: last && "b".repeat(32) });
        expect(opened.head.chunks).toEqual(chunks.map(nameChunk));
      },
    ),
  );
});

test("two parcels with the same content have nothing in common but their names", () => {
  const at = { keyId: "AAAAAAAAAAAAAAAA", pack: 1, offset: 0, durable: 0 };
  const content = pack([Buffer.alloc(100)], undefined, false);
  const [one, other] = [seal(content, at), seal(content, at)];
  expect(one.subarray(52, 84).equals(other.subarray(52, 84))).toBe(false);
  expect(one.subarray(-140, -16).equals(other.subarray(-140, -16))).toBe(false);
});

test("a parcel in which any bit is changed does not open", () => {
  const parcel = seal(pack([Buffer.from("some"), Buffer.from("chunks")], Buffer.alloc(20), true), {
    keyId: "AAAAAAAAAAAAAAAA",
    pack: 1,
    offset: 0,
    durable: 0,
  });
  for (let bit = 0; bit < parcel.length * 8; bit += 1) {
    const flipped = Buffer.from(parcel);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    expect(() => openParcel(ledgerId, key, nameChunk, flipped)).toThrow(expect.objectContaining(damaged));
  }
});

test("a parcel does not open with another key, or as another ledger's", () => {
  const at = { keyId: "AAAAAAAAAAAAAAAA", pack: 1, offset: 0, durable: 0 };
  const parcel = seal(pack([Buffer.from("x")], undefined, false), at);
  const other = Buffer.alloc(32, 9);
  expect(() => openParcel(ledgerId, other, chunkNamer(other), parcel)).toThrow(
    expect.objectContaining(damaged),
  );
  expect(() => openParcel(other.subarray(16), key, nameChunk, parcel)).toThrow(
    expect.objectContaining(damaged),
  );
});

test("whoever has the key and puts another chunk under a name is found out", () => {
  const at = { keyId: "AAAAAAAAAAAAAAAA", pack: 1, offset: 0, durable: 0 };
  const honest = pack([Buffer.from("what was said")], undefined, false);
  const forged = { ...pack([Buffer.from("what I prefer")], undefined, false), chunks: honest.chunks };
  expect(() => openParcel(ledgerId, key, nameChunk, seal(forged, at))).toThrow(
    /not the one that its name says/,
  );
});

test("a parcel that inflates to more than its head says is stopped there", () => {
  const at = { keyId: "AAAAAAAAAAAAAAAA", pack: 1, offset: 0, durable: 0 };
  const bomb = { ...pack([], undefined, true), bytes: deflateRawSync(Buffer.alloc(50_000_000)) };
  expect(() => openParcel(ledgerId, key, nameChunk, seal(bomb, at))).toThrow(
    expect.objectContaining(damaged),
  );
});

test("any bytes are a head or none", () => {
  const parcel = seal(pack([Buffer.from("x")], undefined, false), {
    keyId: "AAAAAAAAAAAAAAAA",
    pack: 1,
    offset: 0,
    durable: 0,
  });
  const near = fc
    .tuple(fc.nat(parcel.length), buffer({ maxLength: 8 }))
    .map(([at, bytes]) => Buffer.concat([parcel.subarray(0, at), bytes]))
    // Cut behind its end, it is whole.
    .filter((bytes) => !bytes.subarray(0, parcel.length).equals(parcel));
  fc.assert(
    fc.property(fc.oneof(buffer(), near), (bytes) => {
      const head = readParcelHead(bytes, 0);
      if (head !== undefined) expect(head.chunks).toHaveLength(1);
      expect(() => openParcel(ledgerId, key, nameChunk, bytes)).toThrow(LedgerError);
    }),
  );
});

test("a manifest is read back as it was, and any other bytes are one, or fail with an error of ours", () => {
  fc.assert(
    fc.property(manifest, (each) => {
      expect(decodeManifest(encodeManifest(each))).toEqual(each);
    }),
  );
  fc.assert(
    fc.property(buffer({ maxLength: 60 }), (bytes) => {
      try {
        expect(encodeManifest(decodeManifest(bytes))).toEqual(bytes);
      } catch (error) {
        expect(error).toMatchObject(damaged);
      }
    }),
  );
});

test("any bytes are a content of so many chunks, or fail with an error of ours", () => {
  fc.assert(
    fc.property(buffer({ maxLength: 60 }), fc.integer({ min: 0, max: 5 }), (bytes, count) => {
      try {
        const { chunks, manifest: rest } = splitContent(bytes, count);
        expect(chunks).toHaveLength(count);
        expect(rest.length + chunks.reduce((sum, chunk) => sum + contentBytes(chunk), 0)).toBe(bytes.length);
      } catch (error) {
        expect(error).toMatchObject(damaged);
      }
    }),
  );
});
