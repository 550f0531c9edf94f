import { createDecipheriv, createHash, createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { blobStore, dataKey, ledgerId } from "../testing/blob-store.ts";
import { bytesFrom, textFrom } from "../testing/bytes.ts";
import { temporaryDirectory } from "../testing/directory.ts";
import { formatBlobReference } from "./reference.ts";

/** A reader made from docs/ledger-format.md alone: nothing here is of this package. */
function readBlob(directory: string, text: string, key: Buffer, ledger: Buffer): Buffer {
  const [, keyId, name, size] = /^blob1:([\w-]{16}):([\w-]{43}):(\d+)$/.exec(text) as unknown as string[];
  const packs = new Map<number, Buffer>();
  for (const file of readdirSync(join(directory, "blobs", keyId as string)))
    packs.set(Number.parseInt(file, 10), readFileSync(join(directory, "blobs", keyId as string, file)));
  const wanted = Buffer.from(name as string, "base64url");
  for (const [number, pack] of packs) {
    for (let at = 0; at < pack.length; at += pack.readUInt32BE(at + 8)) {
      if ((pack.readUInt8(at + 5) & 2) === 0) continue;
      const nameAt = at + 84 + 16 * pack.readUInt16BE(at + 6);
      if (!pack.subarray(nameAt, nameAt + 32).equals(wanted)) continue;
      const { chunks, manifest } = open(pack, at);
      const content: Buffer[] = [];
      for (let run = 8; run < manifest.length; run += 12) {
        const [inPack, offset] = [manifest.readUInt32BE(run), manifest.readUInt32BE(run + 4)];
        const of = inPack === 0 ? chunks : open(packs.get(inPack) as Buffer, offset).chunks;
        const first = manifest.readUInt16BE(run + 8);
        content.push(...of.slice(first, first + manifest.readUInt16BE(run + 10)));
      }
      const whole = Buffer.concat(content);
      const hmac = createHmac("sha256", key).update("custody/blob/v1\0").update(whole).digest();
      expect([whole.length, Number(manifest.readBigUInt64BE(0)), number > 0]).toEqual([
        +(size as string),
        +(size as string),
        true,
      ]);
      expect(hmac.equals(wanted)).toBe(true);
      return whole;
    }
  }
  throw new Error("no such blob");

  function open(pack: Buffer, at: number): { chunks: Buffer[]; manifest: Buffer } {
    const parcel = pack.subarray(at, at + pack.readUInt32BE(at + 8));
    const [flags, count] = [parcel.readUInt8(5), parcel.readUInt16BE(6)];
    const headEnd = 84 + 16 * count + ((flags & 2) === 0 ? 0 : 32) + 16;
    const end = parcel.length;
    for (const checked of [headEnd, end])
      expect(parcel.subarray(checked - 16, checked)).toEqual(
        sha256(parcel.subarray(0, checked - 16)).subarray(0, 16),
      );
    const epochAndNumber = parcel.subarray(12, 24);
    const digest = parcel.subarray(52, 84);
    const label = Buffer.from("custody/parcel/1");
    const parcelKey = sha256(
      Buffer.concat([Buffer.of(0, 0, 0, 1), key, label, ledger, epochAndNumber, digest]),
    );
    const decipher = createDecipheriv("aes-256-gcm", parcelKey, Buffer.alloc(12), { authTagLength: 16 });
    decipher.setAAD(parcel.subarray(0, headEnd));
    decipher.setAuthTag(parcel.subarray(end - 32, end - 16));
    const plaintext = Buffer.concat([decipher.update(parcel.subarray(headEnd, end - 32)), decipher.final()]);
    expect(sha256(plaintext)).toEqual(Buffer.from(digest));
    const coded = plaintext.subarray(16);
    const content = (flags & 1) === 0 ? coded : inflateRawSync(coded);
    expect(content.length).toBe(parcel.readUInt32BE(48));
    const chunks: Buffer[] = [];
    let offset = 0;
    for (let chunk = 0; chunk < count; chunk += 1) {
      const bytes = content.subarray(offset + 4, offset + 4 + content.readUInt32BE(offset));
      const hmac = createHmac("sha256", key).update("custody/chunk/v1\0").update(bytes).digest();
      expect(hmac.subarray(0, 16)).toEqual(Buffer.from(parcel.subarray(84 + 16 * chunk, 100 + 16 * chunk)));
      chunks.push(bytes);
      offset += 4 + bytes.length;
    }
    return { chunks, manifest: content.subarray(offset) };
  }
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

test("the documented format is enough to read what is stored", async () => {
  const directory = temporaryDirectory();
  const store = blobStore(directory);
  const text = textFrom(1, 150_000);
  const contents = [
    Buffer.alloc(0),
    text,
    bytesFrom(2, 100_000),
    Buffer.concat([text, bytesFrom(3, 50), text]),
  ];
  const references: string[] = [];
  for (const content of contents) references.push(formatBlobReference(await store.put(dataKey, content)));
  await store.close();
  for (const [at, reference] of references.entries())
    expect(readBlob(directory, reference, dataKey.key, ledgerId).equals(contents[at] as Buffer)).toBe(true);
});
