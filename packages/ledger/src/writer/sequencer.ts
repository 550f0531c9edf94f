import { hash } from "node:crypto";
import { PAYLOAD_OVERHEAD_BYTES } from "../block/block.ts";
import { blockBytes, sealBlock } from "../block/cipher.ts";
import { commitmentOf } from "../block/commitment.ts";
import { Salts } from "../block/salts.ts";
import type { NewEntry } from "../entry.ts";
import type { DataKey } from "../keys/key-ring.ts";
import { TILE_WIDTH } from "../merkle/tile-path.ts";
import { formatEnvelope } from "../verifier/envelope.ts";
import { FRAME_BODY_AT, type FrameHead, frameBytes, frameSpace } from "../wal/frame.ts";
import { FrameSpace } from "./frame-space.ts";

/** An accepted entry, waiting for its commit. */
export interface Accepted {
  readonly entry: NewEntry;
  readonly index: number;
  readonly payloadBytes: number;
  readonly key: DataKey;
  readonly tenant: string;
  readonly source: string;
  readonly session: string | undefined;
  /** Known once it is committed. */
  leafHash: Buffer | undefined;
}

/** One commit: the frame to write, and views into it of what integration will need. */
export interface Commit {
  /** The frame's buffer; its body is there, its head is written when it goes into the write-ahead file. */
  readonly target: Buffer;
  readonly head: Omit<FrameHead, "segment" | "durable">;
  readonly blocks: readonly Buffer[];
  /** The envelopes, each behind its length. */
  readonly entries: Buffer;
  /** 32 bytes for each entry. */
  readonly leafHashes: Buffer;
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
  readonly #ledgerId: Buffer;
  readonly #epoch: number;
  readonly #sessionLeaves = new Map<string, string>();
  #blockNumber = 0;
  #lastLeaf: Buffer;
  #plaintextSpace = Buffer.allocUnsafeSlow(64 * 1024);
  readonly #salts = new Salts();
  readonly #frames = new FrameSpace();

  constructor(ledgerId: Buffer, epoch: number, lastLeaf: Buffer) {
    this.#ledgerId = ledgerId;
    this.#epoch = epoch;
    this.#lastLeaf = lastLeaf;
  }

  get lastLeaf(): Buffer {
    return this.#lastLeaf;
  }

  commit(accepted: readonly Accepted[]): Commit {
    const grouped = groups(accepted);
    const blocksBytes = grouped.reduce((sum, group) => sum + blockBytes(group.plaintextBytes), 0);
    const target = this.#frames.reserve(frameSpace(4 + blocksBytes + accepted.length * ENTRY_BYTES_BOUND));
    const seals = new Array<Seal>(accepted.length);
    const blocks: Buffer[] = [];
    let offset = FRAME_BODY_AT;
    for (const group of grouped) {
      const block = this.#seal(accepted, group, target.subarray(offset), seals);
      blocks.push(block);
      offset += block.length;
    }
    const previousLeaf = this.#lastLeaf;
    const leafHashes = Buffer.allocUnsafe(accepted.length * 32);
    const entries = this.#chain(accepted, seals, leafHashes, target.subarray(offset));
    // The zeroes behind the frame are only needed until it is written, and that is before the next commit.
    this.#frames.keep(frameBytes(4 + blocksBytes + entries.length));
    const { index: firstIndex } = accepted[0] as Accepted;
    const head = {
      kind: "entries" as const,
      epoch: this.#epoch,
      count: accepted.length,
      firstIndex,
      previousLeaf,
      blocksBytes,
      entriesBytes: entries.length,
    };
    return { target, head, blocks, entries, leafHashes };
  }

  /** Seals the payloads of one group at the beginning of `target`, and notes for each entry where it went. */
  #seal(accepted: readonly Accepted[], group: Group, target: Buffer, seals: Seal[]): Buffer {
    const plaintext = this.#plaintext(group.plaintextBytes);
    let offset = 0;
    for (const [ordinal, at] of group.members.entries()) {
      const { entry, payloadBytes } = accepted[at] as Accepted;
      plaintext.writeUInt32BE(payloadBytes, offset);
      this.#salts.copyNext(plaintext, offset + 4);
      const start = offset + PAYLOAD_OVERHEAD_BYTES;
      if (typeof entry.payload === "string") plaintext.write(entry.payload, start, "utf8");
      else plaintext.set(entry.payload, start);
      const commitment = commitmentOf(plaintext, offset + 4, start + payloadBytes);
      seals[at] = { commitment, digest: "", ordinal };
      offset = start + payloadBytes;
    }
    const { key, index } = accepted[group.members[0] as number] as Accepted;
    const number = this.#blockNumber;
    this.#blockNumber += 1;
    const identity = { ledgerId: this.#ledgerId, epoch: this.#epoch, number, keyId: key.id, key: key.key };
    const block = sealBlock(target, identity, plaintext, group.members.length, index);
    const digest = hash("sha256", block, "base64");
    for (const at of group.members) (seals[at] as Seal).digest = digest;
    return block;
  }

  /** One buffer serves all plaintexts: what is in it is sealed before the next comes. */
  #plaintext(size: number): Buffer {
    if (size > this.#plaintextSpace.length) this.#plaintextSpace = Buffer.allocUnsafeSlow(size * 2);
    return this.#plaintextSpace.subarray(0, size);
  }

  /** Writes the envelopes in order, each naming the leaf hash before it, as bundle bytes into `target`. */
  #chain(accepted: readonly Accepted[], seals: readonly Seal[], leafHashes: Buffer, target: Buffer): Buffer {
    let offset = 0;
    let previous = this.#lastLeaf.toString("base64");
    for (let at = 0; at < accepted.length; at += 1) {
      const item = accepted[at] as Accepted;
      const envelope = this.#envelope(item, seals[at] as Seal, previous);
      previous = hash("sha256", `\0${envelope}`, "base64");
      leafHashes.write(previous, at * 32, "base64");
      item.leafHash = leafHashes.subarray(at * 32, at * 32 + 32);
      if (item.session !== undefined) this.#rememberSession(item.session, previous);
      target.writeUInt16BE(envelope.length, offset);
      offset += 2 + target.write(envelope, offset + 2, "latin1");
    }
    this.#lastLeaf = leafHashes.subarray(leafHashes.length - 32);
    return target.subarray(0, offset);
  }

  #envelope(item: Accepted, seal: Seal, previous: string): string {
    const sessionPrevious = item.session === undefined ? undefined : this.#sessionLeaves.get(item.session);
    return formatEnvelope({
      c: seal.commitment,
      e: this.#epoch,
      i: item.index,
      k: item.key.id,
      len: lengthBucket(item.payloadBytes),
      n: seal.ordinal,
      p: previous,
      ...(item.session === undefined ? undefined : { ses: item.session }),
      ...(sessionPrevious === undefined ? undefined : { sp: sessionPrevious }),
      sq: item.entry.sequence,
      src: item.source,
      t: item.entry.type,
      ten: item.tenant,
      ts: item.entry.timeMs,
      v: 1,
      x: seal.digest,
    });
  }

  #rememberSession(session: string, leaf: string): void {
    if (this.#sessionLeaves.size >= SESSIONS_MAX && !this.#sessionLeaves.has(session))
      this.#sessionLeaves.clear();
    this.#sessionLeaves.set(session, leaf);
  }
}

interface Seal {
  readonly commitment: string;
  digest: string;
  readonly ordinal: number;
}

/** Entries that are sealed together, by their places in the batch. */
interface Group {
  readonly keyId: string;
  readonly bundle: number;
  readonly members: number[];
  plaintextBytes: number;
}

/**
 * Entries that share a data key and a bundle share a block, so that a bundle's payload file is whole by itself.
 * The groups keep the order of their first entries. A batch rarely has more than a few, so a search is enough.
 */
function groups(accepted: readonly Accepted[]): Group[] {
  const found: Group[] = [];
  let last: Group | undefined;
  for (let at = 0; at < accepted.length; at += 1) {
    const { key, index, payloadBytes } = accepted[at] as Accepted;
    const bundle = Math.floor(index / TILE_WIDTH);
    if (last?.keyId !== key.id || last.bundle !== bundle) {
      last = found.findLast((group) => group.keyId === key.id && group.bundle === bundle);
    }
    if (last === undefined) {
      last = { keyId: key.id, bundle, members: [], plaintextBytes: 0 };
      found.push(last);
    }
    last.members.push(at);
    last.plaintextBytes += PAYLOAD_OVERHEAD_BYTES + payloadBytes;
  }
  return found;
}

/** The payload's size to the next power of two, so that sizes do not tell contents apart. */
function lengthBucket(bytes: number): number {
  let bucket = 256;
  while (bucket < bytes) bucket *= 2;
  return bucket;
}
