import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ed25519Signer } from "../keys/signer.ts";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { entriesOf } from "../testing/entries.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { concatBytes } from "../verifier/bytes.ts";
import { parseVerifierKey, type VerifierKey } from "../verifier/verifier-key.ts";
import { nodePrimitives as primitives } from "../verifier-node.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { bytesToSign, type CoseReceipt, formatCoseReceipt, parseCoseReceipt } from "./cose-receipt.ts";
import { verifyCoseReceipt } from "./verify-cose-receipt.ts";

const directory = mkdtempSync(join(tmpdir(), "custody-ledger-"));
let reader: LedgerReader;
let verifierKey: VerifierKey;

afterAll(() => rmSync(directory, { force: true, recursive: true }));
beforeAll(async () => {
  const ledger = await openLedger({ directory, masterKey });
  await ledger.appendAll(entriesOf(0, 5), "durable");
  await ledger.close();
  verifierKey = await parseVerifierKey(ledger.verifierKey, primitives);
  reader = await LedgerReader.open({ directory, masterKey });
});

describe("a COSE receipt", () => {
  it("of every entry proves what the other receipt proves", async () => {
    for (let index = 0; index < reader.size; index += 1) {
      const receipt = await reader.proveCose(index, { withPayload: index % 2 === 0 });
      const { checkpoint, envelope, payload } = await verifyCoseReceipt({ primitives, receipt, verifierKey });
      expect(envelope).toEqual((await reader.envelope(index)).envelope);
      expect(checkpoint).toMatchObject({ origin: reader.origin, size: reader.size });
      if (index % 2 === 0) expect(Buffer.from(payload!)).toEqual((await reader.entry(index)).payload);
      else expect(payload).toBeUndefined();
    }
  });

  it("proves nothing with any byte changed, or with a byte too few or too many", async () => {
    const bytes = Buffer.from(await reader.proveCose(4, { withPayload: true }));
    const refused = { code: expect.stringMatching(/^RECEIPT_(MALFORMED|INVALID)$/) };
    for (let at = 0; at < bytes.length * 2; at++) {
      const receipt = Buffer.from(bytes);
      receipt[at >> 1]! ^= 1 << (at & 7);
      const checked = verifyCoseReceipt({ primitives, receipt, verifierKey });
      await expect(checked, `byte ${at >> 1}`).rejects.toMatchObject(refused);
    }
    for (const receipt of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)]), Buffer.alloc(0)])
      await expect(verifyCoseReceipt({ primitives, receipt, verifierKey })).rejects.toMatchObject(refused);
  });

  it("proves nothing to another key, about another log, or for another size", async () => {
    const receipt = parseCoseReceipt(await reader.proveCose(4));
    const invalid = { code: "RECEIPT_INVALID" };
    const check = (change: Partial<CoseReceipt>, key = verifierKey) =>
      verifyCoseReceipt({ primitives, receipt: { ...receipt, ...change }, verifierKey: key });
    await check({});
    await expect(check({}, { ...verifierKey, keyId: "00000000" })).rejects.toMatchObject(invalid);
    await expect(check({}, { ...verifierKey, publicKey: new Uint8Array(32) })).rejects.toMatchObject(invalid);
    await expect(check({ origin: "other" })).rejects.toMatchObject(invalid);
    // The same path leads to the same root in a tree of another size; but that is signed too.
    await expect(check({ size: receipt.size - 1 })).rejects.toMatchObject(invalid);
    await expect(check({ index: 5 })).rejects.toMatchObject(invalid);
  });

  it("is not made for a root that was not published, or by another key", async () => {
    const checkpoint = join(directory, "checkpoint");
    const genuine = readFileSync(checkpoint, "utf8");
    const [origin, size, , ...rest] = genuine.split("\n");
    const text = `${origin}\n${size}\n${Buffer.alloc(32, 1).toString("base64")}\n`;
    const stranger = ed25519Signer(origin as string, Buffer.alloc(32, 9)).signatureLine(text);
    const forged = [
      [origin, size, Buffer.alloc(32, 1).toString("base64"), ...rest].join("\n"),
      `${text}\n${stranger}\n`,
    ];
    try {
      for (const note of forged) {
        writeFileSync(checkpoint, note);
        await expect(reader.proveCose(4)).rejects.toMatchObject({ code: "STATE_DAMAGED" });
      }
    } finally {
      writeFileSync(checkpoint, genuine);
    }
  });
});

/** @transmute/cose reads CBOR and hashes trees by code of its own; its signatures are ECDSA only, so ours is checked here. */
it("is read and followed to the root by another implementation", async () => {
  const { cbor, receipt: receipts } = createRequire(import.meta.url)("@transmute/cose");
  for (let index = 0; index < reader.size; index += 1) {
    const bytes = await reader.proveCose(index);
    const { entry } = await reader.envelope(index);
    const rootIn = async (leaf: Buffer): Promise<unknown> =>
      receipts.inclusion.verify({
        entry: await receipts.leaf(leaf),
        receipt: bytes,
        verifier: {
          verify({ coseSign1, payload }: { coseSign1: Uint8Array; payload: ArrayBuffer }) {
            const [header, , , signature] = cbor.decode(coseSign1).value;
            const message = cbor.encode(["Signature1", header, Buffer.alloc(0), Buffer.from(payload)]);
            const x = Buffer.from(verifierKey.publicKey).toString("base64url");
            const key = createPublicKey({ format: "jwk", key: { crv: "Ed25519", kty: "OKP", x } });
            return verify(null, message, key, signature);
          },
        },
      });
    expect(await rootIn(entry), `entry ${index}`).toBe(true);
    expect(await rootIn(Buffer.from("another"))).toBe(false);
  }
});

it("has the bytes that RFC 9942 and RFC 9052 say, made by hand", async () => {
  const hash = (fill: number) => Buffer.alloc(32, fill);
  const hex = (...parts: (string | Uint8Array)[]) =>
    concatBytes(
      ...parts.map((part) =>
        typeof part === "string" ? Buffer.from(part.replaceAll(" ", ""), "hex") : part,
      ),
    );
  const header = hex("a5 01 27 04 44 01020304 0f a1 01 63", Buffer.from("log"), "19 018b 01 3a 00010000 05");
  const toSign = hex("84 6a", Buffer.from("Signature1"), "58 1a", header, "40 58 20", hash(9));
  const signed = { keyId: "01020304", origin: "log", size: 5 };
  expect(header).toHaveLength(0x1a);
  expect(Buffer.from(bytesToSign(signed, hash(9)))).toEqual(Buffer.from(toSign));
  const signature = Buffer.alloc(64, 8);
  const bytes = hex(
    "d2 84 58 1a",
    header,
    "a2 19 018c a1 20 81 58 48 83 05 03 82 58 20",
    hash(1),
    "58 20",
    hash(2),
    "3a 00010001 45",
    Buffer.from("extra"),
    "f6 58 40",
    signature,
  );
  const receipt = { ...signed, extra: Buffer.from("extra"), index: 3, proof: [hash(1), hash(2)], signature };
  expect(Buffer.from(formatCoseReceipt(receipt))).toEqual(Buffer.from(bytes));
  const { extra, ...rest } = parseCoseReceipt(bytes);
  expect(Buffer.from(extra)).toEqual(receipt.extra);
  expect(rest).toMatchObject({ ...signed, index: 3 });
});

describe("what is not a COSE receipt", () => {
  const count = fc.integer({ max: 2 ** 40, min: 0 });
  const receipts = fc.record({
    extra: fc.uint8Array({ maxLength: 300 }),
    index: count,
    keyId: fc.stringMatching(/^[0-9a-f]{8}$/),
    origin: fc.stringMatching(/^[a-zé/.]{1,40}$/),
    proof: fc.array(fc.uint8Array({ maxLength: 32, minLength: 32 }), { maxLength: 63, minLength: 1 }),
    signature: fc.uint8Array({ maxLength: 64, minLength: 64 }),
    size: count,
  });

  it("is refused, and whatever is one is read as what was written", () => {
    fc.assert(
      fc.property(receipts, (receipt) => {
        expect(parseCoseReceipt(formatCoseReceipt(receipt))).toEqual(receipt);
      }),
    );
  });

  it("whatever the bytes are", () => {
    const malformed = expect.objectContaining({ code: "RECEIPT_MALFORMED" });
    const beginning = fc
      .uint8Array({ maxLength: 300 })
      .map((rest) => concatBytes(Uint8Array.of(0xd2, 0x84), rest));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), beginning), (bytes) => {
        expect(() => parseCoseReceipt(bytes)).toThrow(malformed);
      }),
    );
    expect(() =>
      parseCoseReceipt(Buffer.concat([Buffer.of(0xd2, 0x84), Buffer.alloc(300_000, 0x81)])),
    ).toThrow(malformed);
  });

  it.each<[string, (bytes: Buffer) => Buffer]>([
    ["an ES256 signature", (bytes) => replaced(bytes, "0127", "0126")],
    ["another structure", (bytes) => replaced(bytes, "19018b01", "19018b02")],
    ["a payload that is not detached", (bytes) => replaced(bytes, "f65840", "405840")],
    ["a consistency proof", (bytes) => replaced(bytes, "19018ca120", "19018ca121")],
    ["no tag", (bytes) => bytes.subarray(1)],
  ])("%s", async (_, change) => {
    const bytes = Buffer.from(await reader.proveCose(4));
    expect(() => parseCoseReceipt(change(bytes))).toThrow(
      expect.objectContaining({ code: "RECEIPT_MALFORMED" }),
    );
  });

  it("is not written either: a tree of one entry has no path", async () => {
    const receipt = parseCoseReceipt(await reader.proveCose(4));
    expect(() => formatCoseReceipt({ ...receipt, proof: [] })).toThrow(
      expect.objectContaining({ code: "RECEIPT_MALFORMED" }),
    );
  });
});

function replaced(bytes: Buffer, from: string, to: string): Buffer {
  const text = bytes.toString("hex");
  expect(text).toContain(from);
  return Buffer.from(text.replace(from, to), "hex");
}

it("the log's key signs no text but by the words of a note", () => {
  const signer = ed25519Signer("log", Buffer.alloc(32, 3));
  expect(() => signer.sign(Buffer.from("log\n5\nAAAA\n"))).toThrow(RangeError);
  const bytes = Buffer.of(0x84, 1);
  const key = createPrivateKey({
    format: "der",
    key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 3)]),
    type: "pkcs8",
  });
  expect(signer.sign(bytes)).toEqual(sign(null, bytes, key));
});
