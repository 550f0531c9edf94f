import { generateKeyPairSync, sign } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { CompactRange } from "../merkle/compact-range.ts";
import { hashLeaf } from "../merkle/hash.ts";
import { inclusionProof } from "../merkle/proofs.ts";
import { formatCheckpoint } from "./checkpoint.ts";
import { formatNote } from "./note.ts";
import { formatReceipt, parseReceipt, type Receipt } from "./receipt.ts";
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from "./verifier-key.ts";
import { verifyReceipt } from "./verify-receipt.ts";

const SIZE = 11;
const INDEX = 6;
const ORIGIN = "example.com/log";
const entries = Array.from({ length: SIZE }, (_, index) => Buffer.from(`entry ${index}`));
const { privateKey, publicKey } = generateKeyPairSync("ed25519");

let verifierKey: VerifierKey;
let receipt: Receipt;
let text: string;

beforeAll(async () => {
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x!, "base64url");
  verifierKey = await parseVerifierKey(await formatVerifierKey(ORIGIN, raw));
  receipt = {
    checkpoint: signed(ORIGIN),
    index: INDEX,
    proof: inclusionProof(INDEX, SIZE, (l, i) => root(i * 2 ** l, 2 ** l)),
  };
  text = formatReceipt(receipt);
});

function root(begin: number, length: number): Buffer {
  const range = new CompactRange();
  for (const entry of entries.slice(begin, begin + length)) range.append(hashLeaf(entry));
  return range.root();
}

function signed(origin: string): string {
  const body = formatCheckpoint({ origin, size: SIZE, root: root(0, SIZE) });
  return formatNote(body, [
    { keyId: verifierKey.keyId, name: ORIGIN, signature: sign(null, Buffer.from(body), privateKey) },
  ]);
}

describe("a receipt", () => {
  it("proves the entry at its index", async () => {
    const verified = await verifyReceipt({ receipt: text, entry: entries[INDEX]!, verifierKey });
    expect(verified.index).toBe(INDEX);
    expect(verified.checkpoint).toMatchObject({ origin: ORIGIN, size: SIZE });
    const leafHash = hashLeaf(entries[INDEX]!);
    expect(Buffer.from(verified.leafHash)).toEqual(leafHash);
    await verifyReceipt({ receipt: parseReceipt(Buffer.from(text)), leafHash, verifierKey });
  });

  it("has the form of c2sp.org/tlog-proof", () => {
    expect(text).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex 6\n(?:[\w+/]{43}=\n){4}\nexample\.com\/log\n11\n/);
    const withExtra = formatReceipt({ ...receipt, extra: Buffer.from("extra") });
    expect(withExtra).toContain("@v1\nextra ZXh0cmE=\nindex 6\n");
    expect(Buffer.from(parseReceipt(withExtra).extra!).toString()).toBe("extra");
    expect(parseReceipt(text)).not.toHaveProperty("extra");
  });

  it("of a log with one entry has no proof lines", () => {
    const alone = formatReceipt({ ...receipt, index: 0, proof: [] });
    expect(parseReceipt(alone)).toMatchObject({ index: 0, proof: [] });
  });

  it("proves nothing with any bit flipped", async () => {
    const bytes = Buffer.from(text);
    const leafHash = hashLeaf(entries[INDEX]!);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      await expect(
        verifyReceipt({ receipt: flipped, leafHash, verifierKey }),
        `bit ${bit}`,
      ).rejects.toMatchObject({
        code: expect.stringMatching(/^RECEIPT_(?:MALFORMED|INVALID)$/),
      });
    }
  });

  it("proves nothing about another entry, for another key, or for another log", async () => {
    const invalid = { code: "RECEIPT_INVALID" };
    const entry = entries[INDEX]!;
    await expect(verifyReceipt({ receipt, entry: entries[5]!, verifierKey })).rejects.toMatchObject(invalid);
    const stranger = await parseVerifierKey(await formatVerifierKey(ORIGIN, new Uint8Array(32)));
    await expect(verifyReceipt({ receipt, entry, verifierKey: stranger })).rejects.toMatchObject({
      ...invalid,
      cause: { code: "NOTE_UNVERIFIED" },
    });
    await expect(verifyReceipt({ receipt, entry, verifierKey, origin: "other" })).rejects.toMatchObject(
      invalid,
    );
    const other = { ...receipt, checkpoint: signed("other.example/log") };
    await expect(verifyReceipt({ receipt: other, entry, verifierKey })).rejects.toMatchObject(invalid);
    await verifyReceipt({ receipt: other, entry, verifierKey, origin: "other.example/log" });
  });

  it("whose note is signed but is not a checkpoint cannot be read", async () => {
    const body = "not a checkpoint\n";
    const signature = sign(null, Buffer.from(body), privateKey);
    const checkpoint = formatNote(body, [{ keyId: verifierKey.keyId, name: ORIGIN, signature }]);
    const claim = { receipt: { ...receipt, checkpoint }, entry: entries[INDEX]!, verifierKey };
    await expect(verifyReceipt(claim)).rejects.toMatchObject({
      code: "RECEIPT_MALFORMED",
      cause: { code: "CHECKPOINT_MALFORMED" },
    });
  });
});

describe("what is not a receipt", () => {
  it.each<[string, (text: string) => string]>([
    ["nothing", () => ""],
    ["another version", (text) => text.replace("@v1", "@v2")],
    ["a line before it", (text) => `\n${text}`],
    ["no index", (text) => text.replace("index 6\n", "")],
    ["an index with a leading zero", (text) => text.replace("index 6", "index 06")],
    ["an index that we cannot count to", (text) => text.replace("index 6", "index 9007199254740992")],
    ["empty extra data", (text) => text.replace("index", "extra \nindex")],
    ["extra data that is not base64", (text) => text.replace("index", "extra !\nindex")],
    ["extra data twice", (text) => text.replace("index", "extra AAAA\nextra AAAA\nindex")],
    ["a hash of another length", (text) => text.replace("index 6\n", "index 6\nAAAA\n")],
    ["64 hashes", (text) => text.replace("index 6\n", `index 6\n${`${"A".repeat(43)}=\n`.repeat(64)}`)],
    ["no empty line", (text) => text.replace("\n\n", "\n")],
    ["two empty lines", (text) => text.replace("\n\n", "\n\n\n")],
    ["no checkpoint", (text) => text.slice(0, text.indexOf("\n\n") + 2)],
    ["carriage returns", (text) => text.replaceAll("\n", "\r\n")],
    [
      "more than the largest record",
      (text) => text.replace("index", `extra ${"A".repeat(92_000_000)}\nindex`),
    ],
  ])("%s", (_, change) => {
    expect(() => parseReceipt(change(text))).toThrow(expect.objectContaining({ code: "RECEIPT_MALFORMED" }));
  });

  it("is not written either", () => {
    const malformed = expect.objectContaining({ code: "RECEIPT_MALFORMED" });
    expect(() => formatReceipt({ ...receipt, index: -1 })).toThrow(malformed);
    expect(() => formatReceipt({ ...receipt, proof: [Buffer.alloc(31)] })).toThrow(malformed);
    expect(() => formatReceipt({ ...receipt, extra: new Uint8Array(0) })).toThrow(malformed);
    expect(() => formatReceipt({ ...receipt, checkpoint: "text\n" })).toThrow(malformed);
  });
});
