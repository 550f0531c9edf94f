import { formatEnvelope } from "@custody/ledger/verifier";
import fc from "fast-check";
import { expect, it } from "vitest";
import { formatReceiptLine, parseReceiptLine } from "./receipt-line.ts";

const hash = fc.uint8Array({ maxLength: 32, minLength: 32 });
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const entries = fc
  .record({
    c: hash.map(text),
    i: fc.nat(),
    p: hash.map(text),
    sp: fc.option(hash.map(text), { nil: undefined }),
  })
  .map(({ c, i, p, sp }) =>
    Buffer.from(
      formatEnvelope({
        ...{
          c,
          e: 1,
          i,
          k: "A".repeat(16),
          len: 256,
          n: 0,
          p,
          ses: "A".repeat(22),
          sq: 3,
          src: "B".repeat(22),
        },
        ...{ t: "db.x", ten: "C".repeat(22), ts: 1, v: 1, x: p },
        ...(sp && { sp }),
      }),
    ),
  );
const salt = fc.uint8Array({ maxLength: 16, minLength: 16 });

it("a line says what was put into it", () => {
  const entry = fc.option(fc.record({ bytes: entries, salt: fc.option(salt, { nil: undefined }) }), {
    nil: undefined,
  });
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 60 }), entry, (between, given) => {
      const { salt, bytes } = given ?? {};
      const line = formatReceiptLine({ between, ...(bytes && { entry: { bytes, ...(salt && { salt }) } }) });
      const parsed = parseReceiptLine(line);
      expect(parsed?.between).toEqual(between);
      expect(parsed?.entry && Buffer.from(parsed.entry.bytes)).toEqual(bytes);
      expect(parsed?.entry?.salt).toEqual(salt);
      expect(line).not.toContain("\n");
    }),
  );
});

it("whatever else a line is, it is none", () => {
  const json = fc.json().map((value) => [value, `{"between":${value}}`, `{"between":[],"entry":${value}}`]);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        json.chain((each) => fc.constantFrom(...each)),
      ),
      (line) => {
        const parsed = parseReceiptLine(line);
        if (parsed !== undefined) expect(line.replaceAll(/\s/g, "")).toMatch(/^\{"between":\[\]/);
      },
    ),
  );
});

it("an entry in another spelling, a salt of another length, and too many hashes are refused", () => {
  const [bytes] = fc.sample(entries, 1) as [Buffer];
  const good = formatReceiptLine({ between: [], entry: { bytes, salt: new Uint8Array(16) } });
  expect(parseReceiptLine(good)).toBeDefined();
  for (const bad of [
    good.replace('"e":1', '"e":"1"'),
    good.replace('"e":1,', ""),
    good.replace('"salt":"AAAA', '"salt":"'),
    good.replace('"between":[]', `"between":[${Array(129).fill(`"${"A".repeat(43)}="`)}]`),
    good.replace('"between":[]', '"between":["AAAA"]'),
    good.replace('"between":[]', '"between":{}'),
    `${good}x`,
    "null",
    "",
  ])
    expect(parseReceiptLine(bad), bad.slice(0, 60)).toBeUndefined();
});
