import { sealBlock } from "../block/cipher.ts";
import { sha256 } from "../merkle/digest.ts";
import type { AcceptedEntry } from "./accepted.ts";
import type { Batch } from "./entry-queue.ts";
import { type KeyGroup, plaintextBytesOf } from "./key-groups.ts";

/** Seals the payloads of groups into blocks, which it numbers. */
export class PayloadSealer {
  readonly #ledgerId: Buffer;
  readonly #epoch: number;
  /** For payloads that do not stand together; what is in it is sealed before the next come. */
  #space = Buffer.alloc(0);
  #number = 0;

  constructor(ledgerId: Buffer, epoch: number) {
    this.#ledgerId = ledgerId;
    this.#epoch = epoch;
  }

  /** Seals a group at the beginning of `target`, and notes in its entries where their payloads are now. */
  seal(batch: Batch, group: KeyGroup, target: Buffer): Buffer {
    const { members } = group;
    const { key, place } = batch.entries[members[0] as number] as AcceptedEntry;
    const number = this.#number;
    this.#number += 1;
    const identity = { ledgerId: this.#ledgerId, epoch: this.#epoch, number, keyId: key.id, key: key.key };
    const plaintext = this.#plaintextOf(batch, group);
    const block = sealBlock(target, identity, plaintext, members.length, place.index);
    const digest = sha256(block);
    for (let ordinal = 0; ordinal < members.length; ordinal += 1) {
      const entry = batch.entries[members[ordinal] as number] as AcceptedEntry;
      entry.ordinal = ordinal;
      entry.digest = digest;
    }
    return block;
  }

  #plaintextOf({ entries, payloads }: Batch, { members, plaintextBytes }: KeyGroup): Buffer {
    const first = members[0] as number;
    const { offset } = entries[first] as AcceptedEntry;
    const isTogether = members.at(-1) === first + members.length - 1;
    if (isTogether) return payloads.slice(offset, offset + plaintextBytes);
    if (this.#space.length < plaintextBytes) this.#space = Buffer.allocUnsafeSlow(plaintextBytes * 2);
    let end = 0;
    for (const at of members) {
      const entry = entries[at] as AcceptedEntry;
      const payload = payloads.slice(entry.offset, entry.offset + plaintextBytesOf(entry));
      this.#space.set(payload, end);
      end += payload.length;
    }
    return this.#space.subarray(0, plaintextBytes);
  }
}
