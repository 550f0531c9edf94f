import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LedgerReader } from "../reader/ledger-reader.ts";
import { entriesOf } from "../testing/entries.ts";
import { masterKey } from "../testing/small-ledger.ts";
import { nodePrimitives as primitives } from "../verifier-node.ts";
import { openLedger } from "../writer/open-ledger.ts";
import { formatDisclosure, parseDisclosure } from "./disclosure.ts";
import { formatReceipt, parseReceipt } from "./receipt.ts";
import { parseVerifierKey, type VerifierKey } from "./verifier-key.ts";
import { verifyDisclosure } from "./verify-disclosure.ts";

/** Made by the version before receipts could carry a record: it must hold for ever. */
const old = {
  key: "custody.local/2ffe123d3b6d42a6+fda12c73+AbzAlXGtU1ChP79cMkn6dGMKlvjU6wFtHBttDohYOgw6",
  receipt: [
    "c2sp.org/tlog-proof@v1",
    "extra eyJjIjoiSkl6SC9WODBCN0l5dmlQc1U0K1hORUJhQkR6YUxEaDlFWDJmZ2dtMlFQUT0iLCJlIjoxLCJpIjoyLCJrIjoic1FEWDdHY3hCTkdmREFJOCIsImxlbiI6MjU2LCJuIjoyLCJwIjoiWUxZS0JremN6eVhkUENqTDk1eDJzVFdNeWplSWUxVFRubjBrcUZaNEVDOD0iLCJzcSI6Miwic3JjIjoiREtIeDAycnpndFhMVVpEcEVLTGY5ZyIsInQiOiJsZWRnZXIub3BlbmVkIiwidGVuIjoiTDBSNk5EY2lGU25nMk43eDFtVE56ZyIsInRzIjoxNzk1NzYwMDY3Mzg5LCJ2IjoxLCJ4IjoiTFB2cmVQTnc5NDNjRkJibm41aEUwWkNQaFVZMlJUK29FUkFQaFRucmlBVT0ifQ==",
    "index 2",
    "jFNouAT7Lx1yYkqVVxfqRQ6gYbjFyPtj5FedwYCGn3s=",
    "ncrVpaNedtd82YDpumT4CLf8MhUnKFypeOBrmJR2CLk=",
    "cZMDz7Ow5eogc62RfkSClUZ71O3tLPXXuGyLCFC98tA=",
    "",
    "custody.local/2ffe123d3b6d42a6",
    "8",
    "I5mJsICzAZoN2CfCnHB8AN0J0Uu3xrvu9Zs4q0NHp9k=",
    "",
    "— custody.local/2ffe123d3b6d42a6 /aEsc49K1gGKKmhxodg14tkHU40JsClR7yufku41O1i0VE5Fsxc/rVyWZXLs5dimPl5fJDx2n3IYx5ndh3BZsTY4EgU=",
    "",
  ].join("\n"),
};

const directory = mkdtempSync(join(tmpdir(), "custody-ledger-"));
let reader: LedgerReader;
let verifierKey: VerifierKey;

afterAll(() => rmSync(directory, { force: true, recursive: true }));
beforeAll(async () => {
  const ledger = await openLedger({ directory, masterKey });
  await ledger.appendAll(entriesOf(0, 5, { payload: "line\nof \u{1f512} text" }), "durable");
  await ledger.close();
  verifierKey = await parseVerifierKey(ledger.verifierKey, primitives);
  reader = await LedgerReader.open({ directory, masterKey });
});

describe("a receipt with the record", () => {
  it("proves the entry, and that this is what was recorded", async () => {
    const receipt = await reader.prove(4, { withPayload: true });
    const verified = await verifyDisclosure({ primitives, receipt, verifierKey });
    expect(Buffer.from(verified.payload as Uint8Array)).toEqual((await reader.entry(4)).payload);
    expect(verified).toMatchObject({ envelope: { i: 4, t: "test.entry" }, index: 4 });
    expect((await verifyDisclosure({ receipt, verifierKey })).envelope).toEqual(verified.envelope);
  });

  it("proves nothing with any byte changed", async () => {
    const bytes = Buffer.from(await reader.prove(4, { withPayload: true }));
    for (let at = 0; at < bytes.length; at++) {
      const receipt = Buffer.from(bytes);
      receipt[at]! ^= 1 << (at & 7);
      const checked = verifyDisclosure({ primitives, receipt, verifierKey });
      await expect(checked, `byte ${at}`).rejects.toMatchObject({
        code: expect.stringMatching(/^RECEIPT_(MALFORMED|INVALID)$/),
      });
    }
  });

  it("proves nothing with any bit of what it carries flipped, or with some of it missing", async () => {
    const receipt = parseReceipt(await reader.prove(4, { withPayload: true }));
    const extra = receipt.extra as Uint8Array;
    const { entry } = parseDisclosure(extra);
    const changed = (change: (bytes: Buffer) => Uint8Array) =>
      verifyDisclosure({
        primitives,
        receipt: { ...receipt, extra: change(Buffer.from(extra)) },
        verifierKey,
      });
    for (let bit = 0; bit < extra.length * 8; bit++) {
      const flip = (bytes: Buffer) => {
        bytes[bit >> 3]! ^= 1 << (bit & 7);
        return bytes;
      };
      await expect(changed(flip), `bit ${bit}`).rejects.toMatchObject({
        code: expect.stringMatching(/^RECEIPT_/),
      });
    }
    // Without the record it is the receipt that it would have been without it.
    for (let length = 1; length < extra.length; length++)
      if (length !== entry.length)
        await expect(changed((bytes) => bytes.subarray(0, length))).rejects.toMatchObject({
          code: expect.stringMatching(/^RECEIPT_/),
        });
    await expect(changed((bytes) => Buffer.concat([bytes, Buffer.of(0)]))).rejects.toMatchObject({
      code: "RECEIPT_INVALID",
    });
  });

  it("does not take the record of another entry", async () => {
    const mine = parseReceipt(await reader.prove(4, { withPayload: true }));
    const other = parseDisclosure(
      parseReceipt(await reader.prove(5, { withPayload: true })).extra as Uint8Array,
    );
    const { entry } = parseDisclosure(mine.extra as Uint8Array);
    const extra = formatDisclosure({ ...other, entry });
    await expect(
      verifyDisclosure({ primitives, receipt: { ...mine, extra }, verifierKey }),
    ).rejects.toMatchObject({ code: "RECEIPT_INVALID", message: /entry 4 commits to/ });
  });
});

describe("a receipt without the record", () => {
  it("is what it was before", async () => {
    const verified = await verifyDisclosure({
      primitives,
      receipt: old.receipt,
      verifierKey: await parseVerifierKey(old.key, primitives),
    });
    expect(verified).toMatchObject({ envelope: { i: 2, t: "ledger.opened" }, index: 2 });
    expect(verified).not.toHaveProperty("payload");
    const now = parseReceipt(await reader.prove(4));
    expect(Buffer.from(now.extra as Uint8Array)).toEqual((await reader.envelope(4)).entry);
  });

  it("that does not carry its entry proves nothing by itself", async () => {
    const { extra, ...bare } = parseReceipt(await reader.prove(4));
    const receipt = formatReceipt(bare);
    await expect(verifyDisclosure({ primitives, receipt, verifierKey })).rejects.toMatchObject({
      code: "RECEIPT_INVALID",
    });
  });

  it("whose entry is no envelope, or one of another place, proves nothing", async () => {
    const receipt = parseReceipt(await reader.prove(4));
    const moved = { ...receipt, extra: (await reader.envelope(5)).entry };
    await expect(verifyDisclosure({ primitives, receipt: moved, verifierKey })).rejects.toMatchObject({
      code: "RECEIPT_INVALID",
    });
  });
});

describe("extra data", () => {
  const entries = fc.uint8Array({ minLength: 1 }).filter((entry) => !entry.includes(0x0a));
  const openings = fc.record({
    payload: fc.uint8Array({ maxLength: 300 }),
    salt: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  });

  it("says what was put into it", () => {
    fc.assert(
      fc.property(entries, fc.option(openings, { nil: undefined }), (entry, opening) => {
        const disclosure = { entry, ...(opening && { opening }) };
        expect(parseDisclosure(formatDisclosure(disclosure))).toEqual(disclosure);
      }),
    );
  });

  it("of any bytes can be read in one way only, or is refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          expect(formatDisclosure(parseDisclosure(bytes))).toEqual(bytes);
        } catch (error) {
          expect(error).toMatchObject({ code: "RECEIPT_MALFORMED" });
        }
      }),
    );
  });

  it("is not made of a salt of another length, nor of an entry that nobody could tell from the rest", () => {
    const opening = { payload: new Uint8Array(1), salt: new Uint8Array(15) };
    expect(() => formatDisclosure({ entry: new Uint8Array(1), opening })).toThrow(RangeError);
    expect(() => formatDisclosure({ entry: Uint8Array.of(0x0a) })).toThrow(RangeError);
  });
});
