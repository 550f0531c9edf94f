import { expect, it } from "vitest";
import { nodePrimitives } from "../verifier-node.ts";
import { ed25519Cosigner } from "../witness/cosigner.ts";
import { formatCosignerKey, parseCosignerKey } from "./cosigner-key.ts";
import { webPrimitives } from "./primitives.ts";
import { formatTypedKey, KEY_TYPE } from "./typed-key.ts";
import { formatVerifierKey, parseVerifierKey } from "./verifier-key.ts";

const cosigner = ed25519Cosigner("witness.example/w1", Buffer.alloc(32, 3));

it("what a cosigner says of itself is read, and written back, in Node as in a browser", async () => {
  for (const primitives of [nodePrimitives, webPrimitives]) {
    const key = await parseCosignerKey(cosigner.verifierKey, primitives);
    expect(key.name).toBe("witness.example/w1");
    expect(await formatCosignerKey(key.name, key.publicKey, primitives)).toBe(cosigner.verifierKey);
  }
});

it("the same public key has another id as a witness than as a log", async () => {
  const publicKey = new Uint8Array(32).fill(9);
  const [witness, log] = [await formatCosignerKey("w", publicKey), await formatVerifierKey("w", publicKey)];
  expect((await parseCosignerKey(witness)).keyId).not.toBe((await parseVerifierKey(log)).keyId);
});

it("the key of a log is none of a witness, and the other way round", async () => {
  const log = await formatVerifierKey("log", new Uint8Array(32));
  await expect(parseCosignerKey(log)).rejects.toThrow(/key of a log/);
  await expect(parseVerifierKey(cosigner.verifierKey)).rejects.toMatchObject({
    code: "VERIFIER_KEY_MALFORMED",
  });
});

it("a key for ML-DSA-44 is known, and said to be unsupported", async () => {
  const publicKey = new Uint8Array(1312).fill(1);
  const text = await formatTypedKey({ name: "w", publicKey, type: KEY_TYPE.mlDsa44 }, nodePrimitives);
  await expect(parseCosignerKey(text)).rejects.toMatchObject({
    code: "VERIFIER_KEY_MALFORMED",
    message: expect.stringContaining("ML-DSA-44, which is not supported yet"),
  });
});

it("a key of a type that we have never heard of is refused, with no word about its id", async () => {
  const ecdsa = `w+01234567+${Buffer.concat([Buffer.of(2), Buffer.alloc(91)]).toString("base64")}`;
  await expect(parseCosignerKey(ecdsa)).rejects.toThrow(/another kind of signature/);
});

it("no key with any bit flipped is read", async () => {
  const bytes = Buffer.from(cosigner.verifierKey, "latin1");
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    await expect(
      parseCosignerKey(flipped.toString("latin1"), nodePrimitives),
      `bit ${bit}`,
    ).rejects.toMatchObject({ code: "VERIFIER_KEY_MALFORMED" });
  }
});

it("nobody is called nothing, or by a name with a space or a plus", () => {
  for (const name of ["", "a b", "a+b"])
    expect(() => ed25519Cosigner(name, Buffer.alloc(32))).toThrow(
      expect.objectContaining({ code: "VERIFIER_KEY_MALFORMED" }),
    );
});
