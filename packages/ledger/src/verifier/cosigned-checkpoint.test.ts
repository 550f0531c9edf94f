import { expect, it } from "vitest";
import { ed25519Signer } from "../keys/signer.ts";
import { nodePrimitives } from "../verifier-node.ts";
import { ed25519Cosigner } from "../witness/cosigner.ts";
import { formatCheckpoint } from "./checkpoint.ts";
import { cosignedMessage } from "./cosignature.ts";
import { openCosignedCheckpoint } from "./cosigned-checkpoint.ts";
import { parseCosignerKey } from "./cosigner-key.ts";
import { formatNote, type NoteSignature, parseNote } from "./note.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import { parseVerifierKey } from "./verifier-key.ts";

const log = ed25519Signer("log.example", Buffer.alloc(32, 1));
const [first, second] = ["w1", "w2"].map((name, at) => ed25519Cosigner(name, Buffer.alloc(32, 10 + at)));
const text = formatCheckpoint({ origin: "log.example", root: Buffer.alloc(32, 5), size: 7 });
const logSignature = parseNote(`${text}\n${log.signatureLine(text)}\n`).signatures[0] as NoteSignature;

const timeS = 1_679_315_147;

const open = async (note: string | Uint8Array, primitives: Primitives = nodePrimitives) =>
  openCosignedCheckpoint(
    note,
    {
      cosigners: await Promise.all(
        [first, second].map((each) => parseCosignerKey(each!.verifierKey, nodePrimitives)),
      ),
      log: [await parseVerifierKey(log.verifierKey, nodePrimitives)],
    },
    primitives,
  );

it("what is signed is what the specification shows", () => {
  const body = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  expect(Buffer.from(cosignedMessage(body, timeS)).toString()).toBe(
    `cosignature/v1\ntime 1679315147\n${body}`,
  );
});

it("each cosignature of a known witness is checked, with its time, and strangers are passed over", async () => {
  const stranger = ed25519Cosigner("w1", Buffer.alloc(32, 99));
  const note = formatNote(text, [
    logSignature,
    second!.cosign(text, timeS),
    stranger.cosign(text, timeS),
    first!.cosign(text, timeS + 1),
  ]);
  for (const primitives of [nodePrimitives, webPrimitives]) {
    const { checkpoint, cosignatures } = await open(note, primitives);
    expect(checkpoint).toMatchObject({ origin: "log.example", size: 7 });
    expect(cosignatures.map(({ key, timeS }) => [key.name, timeS])).toEqual([
      ["w2", timeS],
      ["w1", timeS + 1],
    ]);
  }
});

it("a cosignature is no signature of the log", async () => {
  await expect(open(formatNote(text, [first!.cosign(text, timeS)]))).rejects.toMatchObject({
    code: "NOTE_UNVERIFIED",
  });
});

it("a known witness's wrong cosignature spoils the note", async () => {
  const right = first!.cosign(text, timeS);
  const later = Buffer.from(right.signature);
  later.writeUInt8(1 + later.readUInt8(7), 7);
  const wrong: Uint8Array[] = [
    first!.cosign(text.replace("7", "8"), timeS).signature,
    later,
    right.signature.subarray(0, 71),
    Buffer.concat([right.signature, Buffer.of(0)]),
    // Without a time it says nothing about when, and later than numbers go it is made up.
    first!.cosign(text, 0).signature,
    Buffer.concat([Buffer.alloc(8, 0x7f), right.signature.subarray(8)]),
  ];
  for (const signature of wrong)
    await expect(open(formatNote(text, [logSignature, { ...right, signature }]))).rejects.toMatchObject({
      code: "NOTE_UNVERIFIED",
      message: expect.stringContaining("cosignature of w1"),
    });
});

it("with any bit flipped, a note says less or is refused, and never more", async () => {
  const bytes = Buffer.from(formatNote(text, [logSignature, first!.cosign(text, timeS)]));
  const codes = new Set<string>();
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    try {
      // A changed name or key id is a stranger's, who is passed over.
      expect((await open(flipped)).cosignatures, `bit ${bit}`).toEqual([]);
      codes.add("stranger");
    } catch (error) {
      codes.add((error as { code: string }).code);
    }
  }
  expect([...codes].sort()).toEqual(["NOTE_MALFORMED", "NOTE_UNVERIFIED", "stranger"]);
});
