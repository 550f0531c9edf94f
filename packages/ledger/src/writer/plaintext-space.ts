import { PAYLOAD_OVERHEAD_BYTES } from "../block/block.ts";
import { COMMITMENT_LABEL_BYTES, commitmentOf } from "../block/commitment.ts";
import { Salts } from "../block/salts.ts";
import type { Digest } from "../merkle/digest.ts";
import { BATCH_BYTES_MAX, BATCH_ENTRIES_MAX } from "../store/limits.ts";

const LENGTH_BYTES = 4;

/** The label of a commitment takes the place of what stands before the salt; the first payload has nothing there. */
const LEAD_BYTES = COMMITMENT_LABEL_BYTES - LENGTH_BYTES;

/** A full batch of ordinary payloads. Only what is used of it costs memory. */
const SPACE_BYTES = LEAD_BYTES + 2 * BATCH_BYTES_MAX + BATCH_ENTRIES_MAX * PAYLOAD_OVERHEAD_BYTES;

const salts = new Salts();

/**
 * Payloads as blocks seal them: length ‖ salt ‖ payload, one behind the other.
 *
 * They are written when an entry is accepted, while they are in the processor's cache, and so that no text has to
 * outlive the call that brought it: the garbage collector would copy each of them that waits for its commit.
 */
export class PlaintextSpace {
  #bytes = Buffer.allocUnsafeSlow(SPACE_BYTES);
  #end = LEAD_BYTES;

  /** Where the next payload begins. */
  get end(): number {
    return this.#end;
  }

  /** Adds a payload with a new salt, and returns the commitment to both. */
  add(payload: string | Uint8Array, payloadBytes: number): Digest {
    const offset = this.#end;
    const start = offset + PAYLOAD_OVERHEAD_BYTES;
    const end = start + payloadBytes;
    if (end > this.#bytes.length) this.#grow(end);
    this.#bytes.writeUInt32BE(payloadBytes, offset);
    salts.copyNext(this.#bytes, offset + LENGTH_BYTES);
    if (typeof payload === "string") this.#bytes.write(payload, start, "utf8");
    else this.#bytes.set(payload, start);
    this.#end = end;
    return commitmentOf(this.#bytes, offset + LENGTH_BYTES, end);
  }

  /** The bytes from one payload's beginning to another's. */
  slice(start: number, end: number): Buffer {
    return this.#bytes.subarray(start, end);
  }

  /** Begins anew. Memory that one large payload needed is not kept. */
  clear(): void {
    this.#end = LEAD_BYTES;
    if (this.#bytes.length > SPACE_BYTES) this.#bytes = Buffer.allocUnsafeSlow(SPACE_BYTES);
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(bytes);
    larger.set(this.#bytes.subarray(0, this.#end));
    this.#bytes = larger;
  }
}
