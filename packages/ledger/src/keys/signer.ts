import { isUtf8 } from "node:buffer";
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";

/** Signs checkpoints. An interface, so that ML-DSA-44 (type 0x06) can stand beside Ed25519 one day. */
export interface Signer {
  readonly name: string;
  /** `name+hash+key`, c2sp.org/signed-note. */
  readonly verifierKey: string;
  /** Eight hex digits, as in the verifier key. */
  readonly keyId: string;
  /** A complete signature line without its newline, over a note's text. */
  signatureLine(text: string): string;
  /** A signature over what cannot be a note's text: bytes that are not UTF-8. */
  sign(bytes: Uint8Array): Buffer;
}

/** The DER prefix of an Ed25519 private key in PKCS #8 (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

export function newSignerSeed(): Buffer {
  return randomBytes(32);
}

/** An Ed25519 signer (type 0x01) from its 32-byte seed. */
export function ed25519Signer(name: string, seed: Buffer): Signer {
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: "der",
    type: "pkcs8",
  });
  const typed = Buffer.concat([Buffer.of(1), rawPublicKey(privateKey)]);
  const keyId = createHash("sha256").update(`${name}\n`).update(typed).digest().subarray(0, 4);
  return {
    keyId: keyId.toString("hex"),
    name,
    sign(bytes) {
      // Otherwise whoever chooses the bytes could have a checkpoint signed that was never published.
      if (isUtf8(bytes)) throw new RangeError("only signatureLine signs text");
      return sign(null, bytes, privateKey);
    },
    verifierKey: `${name}+${keyId.toString("hex")}+${typed.toString("base64")}`,
    signatureLine(text) {
      const signature = sign(null, Buffer.from(text), privateKey);
      return `— ${name} ${Buffer.concat([keyId, signature]).toString("base64")}`;
    },
  };
}

function rawPublicKey(privateKey: KeyObject): Buffer {
  const der = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return der.subarray(der.length - 32);
}
