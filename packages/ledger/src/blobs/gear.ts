import { createHmac } from "node:crypto";

const LABEL = "custody/gear/v1\0";

/**
 * The 256 words that a rolling hash of bytes is made of, from a data key: HMAC-SHA-256(key, label ‖ n) for n from 0 to 31,
 * eight big-endian words each. Without the key nobody can tell where a content would be cut.
 */
export function gearOf(key: Buffer): Int32Array {
  const gear = new Int32Array(256);
  for (let n = 0; n < 32; n += 1) {
    const words = createHmac("sha256", key).update(LABEL).update(Buffer.of(n)).digest();
    for (let word = 0; word < 8; word += 1) gear[n * 8 + word] = words.readInt32BE(word * 4);
  }
  return gear;
}
