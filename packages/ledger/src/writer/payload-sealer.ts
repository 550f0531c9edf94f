import { hash } from "node:crypto";
import { PAYLOAD_OVERHEAD_BYTES } from "../block/block.ts";
import { sealBlock } from "../block/cipher.ts";
import { COMMITMENT_LABEL_BYTES, commitmentInPlace } from "../block/commitment.ts";
import { Salts } from "../block/salts.ts";
import type { KeyGroup } from "./key-groups.ts";
import type { Accepted } from "./sequencer.ts";

/** Where a payload went, and what its envelope says about that. */
export interface Seal {
  readonly commitment: string;
  readonly ordinal: number;
  /** SHA-256 of the block, in base64. */
  digest: string;
}

const LENGTH_BYTES = 4;

/** Room for the label of the first commitment, which reaches back before the plaintext. */
const LEAD_BYTES = COMMITMENT_LABEL_BYTES - LENGTH_BYTES;

/** Seals the payloads of one group into one block after the other, which it numbers. */
export class PayloadSealer {
  readonly #ledgerId: Buffer;
  readonly #epoch: number;
  readonly #salts = new Salts();
  /** One buffer serves all plaintexts: what is in it is sealed before the next comes. */
  #space = Buffer.allocUnsafeSlow(64 * 1024);
  #number = 0;

  constructor(ledgerId: Buffer, epoch: number) {
    this.#ledgerId = ledgerId;
    this.#epoch = epoch;
  }

  /** Seals a group at the beginning of `target`, and notes in `seals` for each of its entries where it went. */
  seal(accepted: readonly Accepted[], group: KeyGroup, target: Buffer, seals: Seal[]): Buffer {
    this.#fill(accepted, group, seals);
    const { key, index } = accepted[group.members[0] as number] as Accepted;
    const number = this.#number;
    this.#number += 1;
    const identity = { ledgerId: this.#ledgerId, epoch: this.#epoch, number, keyId: key.id, key: key.key };
    const plaintext = this.#space.subarray(LEAD_BYTES, LEAD_BYTES + group.plaintextBytes);
    const block = sealBlock(target, identity, plaintext, group.members.length, index);
    const digest = hash("sha256", block, "base64");
    for (const at of group.members) (seals[at] as Seal).digest = digest;
    return block;
  }

  /** Writes the plaintext, the last payload first, because each commitment needs room before its salt. */
  #fill(accepted: readonly Accepted[], group: KeyGroup, seals: Seal[]): void {
    const { members, plaintextBytes } = group;
    const size = LEAD_BYTES + plaintextBytes;
    if (size > this.#space.length) this.#space = Buffer.allocUnsafeSlow(size * 2);
    let end = size;
    for (let ordinal = members.length - 1; ordinal >= 0; ordinal -= 1) {
      const at = members[ordinal] as number;
      const { payload, payloadBytes } = accepted[at] as Accepted;
      const start = end - payloadBytes;
      const offset = start - PAYLOAD_OVERHEAD_BYTES;
      if (typeof payload === "string") this.#space.write(payload, start, "utf8");
      else this.#space.set(payload, start);
      this.#salts.copyNext(this.#space, offset + LENGTH_BYTES);
      const commitment = commitmentInPlace(this.#space, offset + LENGTH_BYTES, end);
      this.#space.writeUInt32BE(payloadBytes, offset);
      seals[at] = { commitment, ordinal, digest: "" };
      end = offset;
    }
  }
}
