import fc from "fast-check";
import { expect, it } from "vitest";
import { ed25519Signer } from "../keys/signer.ts";
import { formatAddCheckpoint, parseAddCheckpoint } from "./add-checkpoint.ts";

/** The example of https://c2sp.org/tlog-witness. */
const EXAMPLE = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
`;

it("the specification's example is read, and written back", () => {
  const request = parseAddCheckpoint(EXAMPLE);
  expect(request.oldSize).toBe(20_852_014);
  expect(request.proof).toHaveLength(4);
  expect(request.checkpoint).toMatch(/^example\.com\/behind-the-sofa\n20852163\n/);
  expect(formatAddCheckpoint(request)).toBe(EXAMPLE);
});

const NOTE = EXAMPLE.slice(EXAMPLE.indexOf("\n\n") + 2);
const HASH = "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n";

it.each<[string, string]>([
  ["nothing", ""],
  ["no old size", EXAMPLE.replace("old 20852014\n", "")],
  ["an old size with a zero before it", EXAMPLE.replace("old 2", "old 02")],
  ["a negative old size", EXAMPLE.replace("old 2", "old -2")],
  ["an old size beyond counting", EXAMPLE.replace("old 20852014", "old 9007199254740993")],
  ["no empty line", EXAMPLE.replace("0=\n\n", "0=\n")],
  ["a hash too short", `old 1\nAAAA\n\n${NOTE}`],
  ["64 hashes", `old 1\n${HASH.repeat(64)}\n${NOTE}`],
  ["no note", "old 0\n\nlog\n"],
  ["a note without a signature", "old 0\n\nlog\n1\nx\n\n"],
])("%s is no request", (_, text) => {
  expect(() => parseAddCheckpoint(text)).toThrow(
    expect.objectContaining({ code: "REQUEST_MALFORMED", name: "LedgerError" }),
  );
});

it("63 hashes are", () => {
  expect(parseAddCheckpoint(`old 1\n${HASH.repeat(63)}\n${NOTE}`).proof).toHaveLength(63);
});

it("what is written is read as it was", () => {
  const signer = ed25519Signer("log", Buffer.alloc(32, 1));
  const hash = fc.uint8Array({ maxLength: 32, minLength: 32 });
  const text = fc.stringMatching(/^[a-z]{1,8}\n[0-9]{1,3}\n$/);
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.array(hash, { maxLength: 63 }), text, (oldSize, proof, body) => {
      const checkpoint = `${body}\n${signer.signatureLine(body)}\n`;
      const read = parseAddCheckpoint(formatAddCheckpoint({ checkpoint, oldSize, proof }));
      expect(read).toEqual({ checkpoint, oldSize, proof });
    }),
  );
});

it("any bytes are a request or are refused", () => {
  const cut = fc.nat(EXAMPLE.length).map((at) => Buffer.from(EXAMPLE).subarray(0, at));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), cut), (bytes) => {
      try {
        parseAddCheckpoint(bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: "REQUEST_MALFORMED" });
      }
    }),
  );
});
