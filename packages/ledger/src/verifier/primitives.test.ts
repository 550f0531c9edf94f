import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { webPrimitives } from "./primitives.ts";

describe("Web Crypto", () => {
  const message = Buffer.from("message");
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const rawKey = Buffer.from(publicKey.export({ format: "jwk" }).x!, "base64url");
  const signature = sign(null, message, privateKey);

  it("hashes, also what lies in shared memory", async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    shared.set(Buffer.from("abc"));
    const digest = await webPrimitives.sha256(shared);
    expect(Buffer.from(digest).toString("hex")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  it("accepts a right signature, and only that", async () => {
    expect(await webPrimitives.verifyEd25519(rawKey, message, signature)).toBe(true);
    expect(await webPrimitives.verifyEd25519(rawKey, Buffer.from("massage"), signature)).toBe(false);
    expect(await webPrimitives.verifyEd25519(rawKey, message, signature.subarray(1))).toBe(false);
  });

  it("takes what is not a key for one that verifies nothing", async () => {
    expect(await webPrimitives.verifyEd25519(rawKey.subarray(1), message, signature)).toBe(false);
    expect(await webPrimitives.verifyEd25519(new Uint8Array(32).fill(0xff), message, signature)).toBe(false);
  });
});
