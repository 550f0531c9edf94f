import { createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { formatNote, type NoteSignature, openNote, parseNote } from "./note.ts";
import type { Primitives } from "./primitives.ts";
import { webPrimitives } from "./primitives.ts";
import { formatVerifierKey, parseVerifierKey, type VerifierKey } from "./verifier-key.ts";

/** The example of https://c2sp.org/signed-note. */
const EXAMPLE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const EXAMPLE =
  "This is an example message.\n\n— example.com/foo " +
  "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

/** Synchronous, as a program in Node would have them; and proof that the interface takes both kinds. */
const nodePrimitives: Primitives = {
  sha256: webPrimitives.sha256,
  verifyEd25519(publicKey, message, signature) {
    const x = Buffer.from(publicKey).toString("base64url");
    return verify(
      null,
      message,
      createPublicKey({ format: "jwk", key: { crv: "Ed25519", kty: "OKP", x } }),
      signature,
    );
  },
};

interface Signer {
  readonly key: VerifierKey;
  sign(text: string): NoteSignature;
}

async function makeSigner(name: string): Promise<Signer> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x!, "base64url");
  const key = await parseVerifierKey(await formatVerifierKey(name, raw));
  return {
    key,
    sign: (text) => ({ keyId: key.keyId, name, signature: sign(null, Buffer.from(text), privateKey) }),
  };
}

let log: Signer;
let witness: Signer;
beforeAll(async () => {
  log = await makeSigner("example.com/log");
  witness = await makeSigner("witness.example");
});

describe("a note opens", () => {
  it("when it is the specification's example", async () => {
    const key = await parseVerifierKey(EXAMPLE_KEY);
    for (const primitives of [webPrimitives, nodePrimitives]) {
      const opened = await openNote(Buffer.from(EXAMPLE), [key], primitives);
      expect(opened.text).toBe("This is an example message.\n");
      expect(opened.verified).toHaveLength(1);
    }
  });

  it("and tells the signatures that it checked from those that it could not", async () => {
    const note = formatNote("a\n\nb\n", [witness.sign("a\n\nb\n"), log.sign("a\n\nb\n")]);
    const opened = await openNote(note, [log.key]);
    expect(opened.text).toBe("a\n\nb\n");
    expect(opened.verified.map(({ name }) => name)).toEqual(["example.com/log"]);
    expect(opened.unverified.map(({ name }) => name)).toEqual(["witness.example"]);
    expect((await openNote(note, [log.key, witness.key])).unverified).toEqual([]);
  });

  it("past a signature that only shares its name, or only its id, with a known key", async () => {
    const { keyId, name, signature } = log.sign("other\n");
    const strangers = [
      { keyId: "00000000", name, signature },
      { keyId, name: "stranger", signature },
    ];
    const opened = await openNote(formatNote("text\n", [...strangers, log.sign("text\n")]), [log.key]);
    expect(opened.unverified).toHaveLength(2);
    await expectUnverified(openNote(formatNote("text\n", strangers), [log.key]));
  });

  it("with a hundred signatures, but not with more", async () => {
    const strangers = Array.from({ length: 100 }, (_, i) => ({ ...witness.sign("text\n"), name: `w${i}` }));
    const signatures = [...strangers.slice(1), log.sign("text\n")];
    expect((await openNote(formatNote("text\n", signatures), [log.key])).unverified).toHaveLength(99);
    expectMalformed(() => formatNote("text\n", [...strangers, log.sign("text\n")]));
  });
});

describe("a note stays shut", () => {
  it("without a known key", async () => {
    const note = formatNote("text\n", [log.sign("text\n")]);
    await expectUnverified(openNote(note, [witness.key]));
    await expectUnverified(openNote(note, []));
  });

  it("when one known key's signature is wrong, though another's is right", async () => {
    const note = formatNote("text\n", [log.sign("text\n"), witness.sign("other\n")]);
    await expectUnverified(openNote(note, [log.key, witness.key]));
    const short = { ...witness.sign("text\n"), signature: Buffer.alloc(10) };
    await expectUnverified(
      openNote(formatNote("text\n", [log.sign("text\n"), short]), [log.key, witness.key]),
    );
  });

  it("when the key is not a point of the curve", async () => {
    const off = { ...log.key, publicKey: new Uint8Array(32).fill(0xff) };
    await expectUnverified(openNote(formatNote("text\n", [log.sign("text\n")]), [off]));
  });

  it("with any bit flipped", async () => {
    const bytes = Buffer.from(formatNote("log\n7\n", [log.sign("log\n7\n")]));
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      await expect(openNote(flipped, [log.key], nodePrimitives), `bit ${bit}`).rejects.toMatchObject({
        code: expect.stringMatching(/^NOTE_(?:MALFORMED|UNVERIFIED)$/),
      });
    }
  });

  it("when two keys are given that it could not tell apart", async () => {
    const note = formatNote("text\n", [log.sign("text\n")]);
    await expect(
      openNote(note, [log.key, { ...witness.key, keyId: log.key.keyId, name: log.key.name }]),
    ).rejects.toThrow(expect.objectContaining({ code: "VERIFIER_KEY_MALFORMED" }));
  });
});

describe("what is not a note", () => {
  it.each([
    ["nothing", ""],
    ["no signature", "text\n\n"],
    ["no empty line", EXAMPLE.replace("\n\n", "\n")],
    ["no text", `\n${EXAMPLE.split("\n\n")[1]}`],
    ["no final newline", EXAMPLE.slice(0, -1)],
    ["a carriage return", EXAMPLE.replace(" is", "\ris")],
    ["a tab", EXAMPLE.replace(" is", "\tis")],
    ["a null", EXAMPLE.replace(" is", "\0is")],
    ["a hyphen for the dash", EXAMPLE.replace("—", "-")],
    ["two spaces", EXAMPLE.replace("foo ", "foo  ")],
    ["no name", EXAMPLE.replace("example.com/foo ", "")],
    ["a name with a plus", EXAMPLE.replace("foo", "f+o")],
    ["a name with a no-break space", EXAMPLE.replace("foo", "f\u00a0o")],
    ["base64 without its padding", EXAMPLE.replace("=\n", "\n")],
    ["base64 with bits in the padding", EXAMPLE.replace("aQM=\n", "aQN=\n")],
    ["a key id and no signature", "text\n\n— example.com/foo Uw2QOg==\n"],
    ["one signature twice", `${EXAMPLE}${EXAMPLE.split("\n\n")[1]}`],
    ["text behind the signatures", `${EXAMPLE}more\n`],
    ["a lone surrogate", EXAMPLE.replace("This", "\ud800")],
    ["a megabyte", `${"a".repeat(1_000_001)}\n${EXAMPLE}`],
  ])("%s", (_, note) => expectMalformed(() => parseNote(note)));

  it("bytes that are not UTF-8", () => {
    expectMalformed(() => parseNote(Buffer.concat([Buffer.of(0xff), Buffer.from(EXAMPLE)])));
    expectMalformed(() => parseNote(Buffer.from(EXAMPLE, "latin1")));
  });

  it("and a byte order mark is part of the text, so that no signature covers it", async () => {
    const marked = Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from(EXAMPLE)]);
    expect(parseNote(marked).text).toBe("\ufeffThis is an example message.\n");
    await expectUnverified(openNote(marked, [await parseVerifierKey(EXAMPLE_KEY)]));
  });

  it("is not written either", () => {
    const signature = { keyId: "530d903a", name: "log", signature: new Uint8Array(64) };
    expectMalformed(() => formatNote("no newline", [signature]));
    expectMalformed(() => formatNote("text\n", []));
    expectMalformed(() => formatNote("text\n", [{ ...signature, name: "a b" }]));
    expectMalformed(() => formatNote("text\n", [{ ...signature, name: "a\n— b" }]));
    expectMalformed(() => formatNote("text\n", [{ ...signature, keyId: "530" }]));
    expectMalformed(() => formatNote("text\n\n— x AAAAAAAA\n", []));
  });
});

function expectMalformed(act: () => unknown): void {
  expect(act).toThrow(expect.objectContaining({ name: "LedgerError", code: "NOTE_MALFORMED" }));
}

async function expectUnverified(act: Promise<unknown>): Promise<void> {
  await expect(act).rejects.toMatchObject({ name: "LedgerError", code: "NOTE_UNVERIFIED" });
}
