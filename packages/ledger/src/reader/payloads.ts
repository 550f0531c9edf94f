import { type OpenedBlock, PAYLOAD_OVERHEAD_BYTES, SALT_BYTES } from "../block/block.ts";
import { openBlock } from "../block/cipher.ts";
import { commitmentOf, copiedCommitmentOf } from "../block/commitment.ts";
import { LedgerError } from "../error.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import { digestText } from "../merkle/digest.ts";
import type { Envelope } from "../verifier/envelope.ts";

/** Opens blocks, each at most once, and hands out payloads that match what their entries committed to. */
export class Payloads {
  readonly #ring: KeyRing;
  readonly #ledgerId: Buffer;
  #blocks: ReadonlyMap<string, Buffer> = new Map();
  readonly #opened = new Map<string, OpenedBlock>();

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
    const { plaintext, start, end } = this.#find(envelope);
    // Payloads that were handed out before stand in the same memory, and may still be on their way to a file.
    const commitment = copiedCommitmentOf(plaintext, start - SALT_BYTES, end);
    if (digestText(commitment) !== envelope.c) throw notRecorded(envelope);
    return { payload: plaintext.subarray(start, end), salt: plaintext.subarray(start - SALT_BYTES, start) };
  }

  /**
   * The same for whoever only wants to know whether it is there, and never asks for payloads of the same blocks.
   *
   * @throws LedgerError BLOCK_DAMAGED
   */
  check(envelope: Envelope): void {
    const { plaintext, start, end } = this.#find(envelope);
    const commitment = commitmentOf(plaintext, start - SALT_BYTES, end);
    if (digestText(commitment) !== envelope.c) throw notRecorded(envelope);
  }

  #find(envelope: Envelope): { readonly plaintext: Buffer; readonly start: number; readonly end: number } {
    const { plaintext, ends } = this.#open(envelope);
    const end = ends[envelope.n];
    if (end === undefined)
      throw new LedgerError("BLOCK_DAMAGED", `entry ${envelope.i}: its block has no payload ${envelope.n}`);
    return { plaintext, start: (ends[envelope.n - 1] ?? 0) + PAYLOAD_OVERHEAD_BYTES, end };
  }

  #open(envelope: Envelope): OpenedBlock {
    let opened = this.#opened.get(envelope.x);
    if (opened === undefined) {
      const block = this.#blocks.get(envelope.x);
      if (block === undefined)
        throw new LedgerError("BLOCK_DAMAGED", `entry ${envelope.i}: its block is missing or was changed`);
      opened = openBlock(this.#ledgerId, this.#ring.secret(envelope.k).key, block);
      this.#opened.set(envelope.x, opened);
    }
    return opened;
  }
}

function notRecorded({ i }: Envelope): LedgerError {
  return new LedgerError("BLOCK_DAMAGED", `entry ${i}: its payload is not the one that was recorded`);
}
