import { SALT_BYTES, type SaltedPayload } from "../block/block.ts";
import { openBlock } from "../block/cipher.ts";
import { commitmentOf } from "../block/commitment.ts";
import { LedgerError } from "../error.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import { digestText } from "../merkle/digest.ts";
import type { Envelope } from "../verifier/envelope.ts";

/** Opens blocks, each at most once, and hands out payloads that match what their entries committed to. */
export class Payloads {
  readonly #ring: KeyRing;
  readonly #ledgerId: Buffer;
  #blocks: ReadonlyMap<string, Buffer> = new Map();
  readonly #opened = new Map<string, SaltedPayload[]>();

  constructor(ring: KeyRing, ledgerId: Buffer) {
    this.#ring = ring;
    this.#ledgerId = ledgerId;
  }

  /** Goes on to other blocks; what was opened before is forgotten. */
  use(blocks: ReadonlyMap<string, Buffer>): void {
    this.#blocks = blocks;
    this.#opened.clear();
  }

  /**
   * The payload, and the salt that its commitment covers with it.
   *
   * @throws LedgerError BLOCK_DAMAGED when the payload is missing or is not the one that was recorded.
   */
  payloadOf(envelope: Envelope): { readonly payload: Buffer; readonly salt: Buffer } {
    const found = this.#open(envelope)[envelope.n];
    if (found === undefined)
      throw new LedgerError("BLOCK_DAMAGED", `entry ${envelope.i}: its block has no payload ${envelope.n}`);
    const { salted, payload } = found;
    if (digestText(commitmentOf(salted, 0, salted.length)) !== envelope.c) {
      throw new LedgerError(
        "BLOCK_DAMAGED",
        `entry ${envelope.i}: its payload is not the one that was recorded`,
      );
    }
    return { payload, salt: salted.subarray(0, SALT_BYTES) };
  }

  #open(envelope: Envelope): SaltedPayload[] {
    let payloads = this.#opened.get(envelope.x);
    if (payloads === undefined) {
      const block = this.#blocks.get(envelope.x);
      if (block === undefined)
        throw new LedgerError("BLOCK_DAMAGED", `entry ${envelope.i}: its block is missing or was changed`);
      payloads = openBlock(this.#ledgerId, this.#ring.secret(envelope.k).key, block);
      this.#opened.set(envelope.x, payloads);
    }
    return payloads;
  }
}
