import { randomFillSync } from "node:crypto";
import { SALT_BYTES } from "./block.ts";

/** How many bytes are asked of the system at once; asking costs more than the bytes do. */
const POOL_BYTES = 4096;

/**
 * Salts for commitments, from a small pool.
 *
 * A machine restored from a snapshot may give the same salt to another payload once. That tells nothing about
 * either payload, unlike a repeated key or nonce, which is why those are never pooled.
 */
export class Salts {
  readonly #pool = Buffer.alloc(POOL_BYTES);
  #used = POOL_BYTES;

  /** Writes the next salt into `target` at `offset`. */
  copyNext(target: Buffer, offset: number): void {
    if (this.#used === POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    // A loop, because `copy` makes a view first, and that costs more than moving 16 bytes.
    for (let at = 0; at < SALT_BYTES; at += 1) target[offset + at] = this.#pool[this.#used + at] as number;
    this.#used += SALT_BYTES;
  }
}
