import { expect, it } from "vitest";
import { formatVerifierKey, parseVerifierKey } from "./verifier-key.ts";

/** The example of https://c2sp.org/signed-note. */
const EXAMPLE = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

it("the specification's example is read, and written back", async () => {
  const key = await parseVerifierKey(EXAMPLE);
  expect(key).toMatchObject({ keyId: "530d903a", name: "example.com/foo" });
  expect(await formatVerifierKey(key.name, key.publicKey)).toBe(EXAMPLE);
});

it("a key whose base64 contains a plus is read", async () => {
  const text = await formatVerifierKey("log", new Uint8Array(32).fill(0xfb));
  expect(text.split("+").length).toBeGreaterThan(3);
  expect((await parseVerifierKey(text)).publicKey).toEqual(new Uint8Array(32).fill(0xfb));
});

it("no key with any bit flipped is read", async () => {
  const bytes = Buffer.from(EXAMPLE, "latin1");
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    await expectMalformed(parseVerifierKey(flipped.toString("latin1")));
  }
});

it.each([
  "",
  "example.com/foo",
  EXAMPLE.replace("foo", "f oo"),
  EXAMPLE.replace("example.com/foo", ""),
  EXAMPLE.replace("530d903a", "530D903A"),
  EXAMPLE.replace("530d903a", "530d903"),
  `${EXAMPLE}=`,
  `${EXAMPLE}\n`,
])("%j is not a verifier key", async (text) => expectMalformed(parseVerifierKey(text)));

it.each(["", "a b", "a+b", "a\u00a0b", "a\u0085b", "a\u3000b", "a\nb", "a\u0000b", "\ud800"])(
  "a key cannot have the name %j",
  async (name) => expectMalformed(formatVerifierKey(name, new Uint8Array(32))),
);

it("a key of another algorithm, or length, is refused", async () => {
  await expectMalformed(formatVerifierKey("log", new Uint8Array(31)));
  // The same key as in the example, under the type of a cosignature.
  await expectMalformed(parseVerifierKey(EXAMPLE.replace("+Ae", "+BO")));
});

async function expectMalformed(act: Promise<unknown>): Promise<void> {
  await expect(act).rejects.toMatchObject({ name: "LedgerError", code: "VERIFIER_KEY_MALFORMED" });
}
