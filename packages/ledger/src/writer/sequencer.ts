import { blockBytes } from "../block/cipher.ts";
import { EnvelopeWriter } from "../envelope/envelope-writer.ts";
import { type Digest, digestOf, putDigest } from "../merkle/digest.ts";
import { hashLeafInPlace } from "../merkle/hash.ts";
import { FRAME_BODY_AT, type FrameHead, frameBytes, frameSpace } from "../wal/frame.ts";
import type { AcceptedEntry } from "./accepted.ts";
import type { Batch } from "./entry-queue.ts";
import { type FrameMemory, FrameSpace } from "./frame-space.ts";
import { groupByKey } from "./key-groups.ts";
import { PayloadSealer } from "./payload-sealer.ts";

/** One commit: the frame to write, and views into it of what integration will need. */
export interface Commit {
  /** The frame's buffer; its body is there, its head is written when it goes into the write-ahead file. */
  readonly target: Buffer;
  readonly head: FrameHead;
  readonly blocks: readonly Buffer[];
  /** The envelopes, each behind its length. */
  readonly entries: Buffer;
  /** 32 bytes for each entry. */
  readonly leafHashes: Buffer;
  /** To be given to `release` when nobody needs the views any more. */
  readonly memory: FrameMemory;
}

/** What one envelope takes at most, with its length: all numbers and names at their longest are below this. */
const ENTRY_BYTES_BOUND = 768;

/** How many sessions' last entries are remembered for `sp`; older sessions start a new chain. */
const SESSIONS_MAX = 100_000;

/**
 * Turns accepted entries into a commit: seals payloads, builds envelopes, chains leaf hashes.
 *
 * Owned by the commit loop alone; entries come in index order and never twice.
 */
export class Sequencer {
  readonly #epoch: number;
  readonly #sealer: PayloadSealer;
  readonly #envelopes = new EnvelopeWriter();
  readonly #sessionLeaves = new Map<string, Digest>();
  readonly #frames = new FrameSpace();
  #lastLeaf: Buffer;

  constructor(ledgerId: Buffer, epoch: number, lastLeaf: Buffer) {
    this.#epoch = epoch;
    this.#sealer = new PayloadSealer(ledgerId, epoch);
    this.#lastLeaf = lastLeaf;
  }

  get lastLeaf(): Buffer {
    return this.#lastLeaf;
  }

  commit(batch: Batch): Commit {
    const { entries: accepted } = batch;
    const groups = groupByKey(accepted);
    const blocksBytes = groups.reduce((sum, group) => sum + blockBytes(group.plaintextBytes), 0);
    const target = this.#frames.reserve(frameSpace(4 + blocksBytes + accepted.length * ENTRY_BYTES_BOUND));
    const blocks: Buffer[] = [];
    let offset = FRAME_BODY_AT;
    for (const group of groups) {
      const block = this.#sealer.seal(batch, group, target.subarray(offset));
      blocks.push(block);
      offset += block.length;
    }
    const previousLeaf = this.#lastLeaf;
    const leafHashes = Buffer.allocUnsafe(accepted.length * 32);
    const end = this.#chain(accepted, leafHashes, target, offset);
    const entries = target.subarray(offset, end);
    // The zeroes behind the frame are only needed until it is written, and that is before the next commit.
    const memory = this.#frames.keep(frameBytes(4 + blocksBytes + entries.length));
    const { index: firstIndex } = (accepted[0] as AcceptedEntry).place;
    const head = {
      kind: "entries" as const,
      epoch: this.#epoch,
      count: accepted.length,
      firstIndex,
      previousLeaf,
      blocksBytes,
      entriesBytes: entries.length,
    };
    return { target, head, blocks, entries, leafHashes, memory };
  }

  /** The frame of a commit is integrated: its memory serves the next ones. */
  release(memory: FrameMemory): void {
    this.#frames.giveBack(memory);
  }

  /** Writes the envelopes in order, each naming the leaf hash before it, as bundle bytes, and returns where they end. */
  #chain(accepted: readonly AcceptedEntry[], leafHashes: Buffer, target: Buffer, begin: number): number {
    let offset = begin;
    let previous = digestOf(this.#lastLeaf);
    for (let at = 0; at < accepted.length; at += 1) {
      const entry = accepted[at] as AcceptedEntry;
      const end = this.#writeEnvelope(target, offset + 2, entry, previous);
      previous = hashLeafInPlace(target, offset + 2, end);
      putDigest(leafHashes, at * 32, previous);
      entry.place.leaf = previous;
      if (entry.session !== undefined) this.#rememberSession(entry.session, previous);
      target.writeUInt16BE(end - offset - 2, offset);
      offset = end;
    }
    this.#lastLeaf = leafHashes.subarray(leafHashes.length - 32);
    return offset;
  }

  #writeEnvelope(target: Buffer, offset: number, entry: AcceptedEntry, previous: Digest): number {
    const { session } = entry;
    return this.#envelopes.write(target, offset, {
      c: entry.commitment,
      e: this.#epoch,
      i: entry.place.index,
      k: entry.key.id,
      len: lengthBucket(entry.payloadBytes),
      n: entry.ordinal,
      p: previous,
      ses: session,
      sp: session === undefined ? undefined : this.#sessionLeaves.get(session),
      sq: entry.sequence,
      src: entry.source,
      t: entry.type,
      ten: entry.tenant,
      ts: entry.timeMs,
      x: entry.digest,
    });
  }

  #rememberSession(session: string, leaf: Digest): void {
    if (this.#sessionLeaves.size >= SESSIONS_MAX && !this.#sessionLeaves.has(session))
      this.#sessionLeaves.clear();
    this.#sessionLeaves.set(session, leaf);
  }
}

/** The payload's size to the next power of two, so that sizes do not tell contents apart. */
function lengthBucket(bytes: number): number {
  let bucket = 256;
  while (bucket < bytes) bucket *= 2;
  return bucket;
}
