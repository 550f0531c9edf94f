import { TILE_WIDTH } from "../merkle/tile-path.ts";
import { BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, QUEUE_BYTES_MAX, QUEUE_ENTRIES_MAX } from "../store/limits.ts";
import type { AcceptedEntry } from "./accepted.ts";
import { PlaintextSpace } from "./plaintext-space.ts";

/** Entries that become one commit, in the order of their indexes, and their payloads. */
export interface Batch {
  readonly entries: AcceptedEntry[];
  readonly payloads: PlaintextSpace;
  bytes: number;
}

/** Accepted entries that wait for their commit, a batch behind the other; only the last one grows. */
export class EntryQueue {
  #batches: Batch[] = [];
  #last: Batch | undefined;
  #entries = 0;
  #bytes = 0;
  /** For one batch that is filled while another is sealed. */
  readonly #spare: PlaintextSpace[] = [];

  /** How many entries wait. */
  get length(): number {
    return this.#entries;
  }

  get isFull(): boolean {
    return this.#entries >= QUEUE_ENTRIES_MAX || this.#bytes >= QUEUE_BYTES_MAX;
  }

  add(entry: AcceptedEntry, payload: string | Uint8Array): void {
    const batch = this.#last && hasRoom(this.#last) ? this.#last : this.#begin();
    entry.offset = batch.payloads.end;
    entry.commitment = batch.payloads.add(payload, entry.payloadBytes);
    batch.entries.push(entry);
    batch.bytes += entry.payloadBytes;
    this.#entries += 1;
    this.#bytes += entry.payloadBytes;
  }

  /** Takes the oldest batch, which must be given back. */
  take(): Batch | undefined {
    const batch = this.#batches.shift();
    if (batch === undefined) return undefined;
    if (batch === this.#last) this.#last = undefined;
    this.#entries -= batch.entries.length;
    this.#bytes -= batch.bytes;
    return batch;
  }

  /** The batch is sealed, and nobody needs its payloads any more. */
  giveBack({ payloads }: Batch): void {
    if (this.#spare.length >= SPARE_MAX) return;
    payloads.clear();
    this.#spare.push(payloads);
  }

  #begin(): Batch {
    const payloads = this.#spare.pop() ?? new PlaintextSpace();
    this.#last = { entries: [], payloads, bytes: 0 };
    this.#batches.push(this.#last);
    return this.#last;
  }
}

const SPARE_MAX = 2;

/** A long one ends where a bundle does, if the next bundle would not fit: so much is integrated without a partial file. */
function hasRoom({ entries, bytes }: Batch): boolean {
  const count = entries.length;
  if (count >= BATCH_ENTRIES_MAX || bytes >= BATCH_BYTES_MAX) return false;
  const end = (entries[count - 1]?.place.index ?? 0) + 1;
  if (end % TILE_WIDTH !== 0) return true;
  return count + TILE_WIDTH <= BATCH_ENTRIES_MAX && bytes * (1 + TILE_WIDTH / count) <= BATCH_BYTES_MAX;
}
