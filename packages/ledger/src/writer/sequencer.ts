import { hash, randomFillSync } from "node:crypto";
import { PAYLOAD_OVERHEAD_BYTES, SALT_BYTES } from "../block/block.ts";
import { sealBlock } from "../block/cipher.ts";
import type { NewEntry } from "../entry.ts";
import type { DataKey } from "../keys/key-ring.ts";
import { TILE_WIDTH } from "../merkle/tile-path.ts";
import { formatEnvelope } from "../verifier/envelope.ts";
import type { Frame } from "../wal/frame.ts";

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

/** One commit: the frame to write, and what integration will need of it. */
export interface Commit extends Omit<Frame, "segment" | "durable"> {
  /** 32 bytes for each entry. */
  readonly leafHashes: Buffer;
}

/** A salted payload begins with this label before it is hashed into its commitment. */
const COMMITMENT_LABEL = Buffer.from("ledger/payload/v1\0", "latin1");

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
  #scratch = Buffer.alloc(64 * 1024);

  constructor(ledgerId: Buffer, epoch: number, lastLeaf: Buffer) {
    this.#ledgerId = ledgerId;
    this.#epoch = epoch;
    this.#lastLeaf = lastLeaf;
    COMMITMENT_LABEL.copy(this.#scratch, 0);
  }

  get lastLeaf(): Buffer {
    return this.#lastLeaf;
  }

  commit(accepted: readonly Accepted[]): Commit {
    const seals = new Array<Seal>(accepted.length);
    const salts = randomFillSync(Buffer.allocUnsafe(accepted.length * SALT_BYTES));
    const blocks = groups(accepted).map((group) => this.#seal(accepted, group, salts, seals));
    const previousLeaf = this.#lastLeaf;
    const leafHashes = Buffer.allocUnsafe(accepted.length * 32);
    const entries = this.#chain(accepted, seals, leafHashes);
    const { index } = accepted[0] as Accepted;
    return {
      kind: "entries",
      epoch: this.#epoch,
      count: accepted.length,
      firstIndex: index,
      previousLeaf,
      blocks,
      entries,
      leafHashes,
    };
  }

  /** Seals the payloads of one group and notes for each entry where it went. */
  #seal(accepted: readonly Accepted[], group: readonly number[], salts: Buffer, seals: Seal[]): Buffer {
    let size = 0;
    for (const at of group) size += PAYLOAD_OVERHEAD_BYTES + (accepted[at] as Accepted).payloadBytes;
    const plaintext = Buffer.allocUnsafe(size);
    const commitments: string[] = [];
    let offset = 0;
    for (const at of group) {
      const { entry, payloadBytes } = accepted[at] as Accepted;
      plaintext.writeUInt32BE(payloadBytes, offset);
      salts.copy(plaintext, offset + 4, at * SALT_BYTES, (at + 1) * SALT_BYTES);
      const start = offset + PAYLOAD_OVERHEAD_BYTES;
      if (typeof entry.payload === "string") plaintext.write(entry.payload, start, "utf8");
      else plaintext.set(entry.payload, start);
      commitments.push(this.#commitment(plaintext, offset + 4, start + payloadBytes));
      offset = start + payloadBytes;
    }
    const { key, index } = accepted[group[0] as number] as Accepted;
    const block = sealBlock(
      {
        ledgerId: this.#ledgerId,
        epoch: this.#epoch,
        number: this.#blockNumber,
        keyId: key.id,
        key: key.key,
      },
      plaintext,
      group.length,
      index,
    );
    this.#blockNumber += 1;
    const digest = hash("sha256", block, "base64");
    group.forEach((at, ordinal) => {
      seals[at] = { commitment: commitments[ordinal] as string, digest, ordinal };
    });
    return block;
  }

  /** SHA-256 of label ‖ salt ‖ payload; salt and payload stand together in the plaintext. */
  #commitment(plaintext: Buffer, start: number, end: number): string {
    const size = COMMITMENT_LABEL.length + end - start;
    if (size > this.#scratch.length) {
      this.#scratch = Buffer.alloc(size * 2);
      COMMITMENT_LABEL.copy(this.#scratch, 0);
    }
    plaintext.copy(this.#scratch, COMMITMENT_LABEL.length, start, end);
    return hash("sha256", this.#scratch.subarray(0, size), "base64");
  }

  /** Builds the envelopes in order, each naming the leaf hash before it, and returns them as bundle bytes. */
  #chain(accepted: readonly Accepted[], seals: readonly Seal[], leafHashes: Buffer): Buffer {
    const envelopes = new Array<string>(accepted.length);
    let size = 0;
    let previous = this.#lastLeaf.toString("base64");
    for (let at = 0; at < accepted.length; at += 1) {
      const item = accepted[at] as Accepted;
      const envelope = this.#envelope(item, seals[at] as Seal, previous);
      previous = hash("sha256", `\0${envelope}`, "base64");
      leafHashes.write(previous, at * 32, "base64");
      item.leafHash = leafHashes.subarray(at * 32, at * 32 + 32);
      if (item.session !== undefined) this.#rememberSession(item.session, previous);
      envelopes[at] = envelope;
      size += 2 + envelope.length;
    }
    this.#lastLeaf = leafHashes.subarray(leafHashes.length - 32);
    const entries = Buffer.allocUnsafe(size);
    let offset = 0;
    for (const envelope of envelopes) {
      entries.writeUInt16BE(envelope.length, offset);
      offset += 2 + entries.write(envelope, offset + 2, "latin1");
    }
    return entries;
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
  readonly digest: string;
  readonly ordinal: number;
}

/**
 * Entries that share a data key and a bundle share a block, so that a bundle's payload file is whole by itself.
 * The groups keep the order of their first entries.
 */
function groups(accepted: readonly Accepted[]): number[][] {
  const found = new Map<string, number[]>();
  for (let at = 0; at < accepted.length; at += 1) {
    const { key, index } = accepted[at] as Accepted;
    const name = `${Math.floor(index / TILE_WIDTH)} ${key.id}`;
    const group = found.get(name);
    if (group === undefined) found.set(name, [at]);
    else group.push(at);
  }
  return [...found.values()];
}

/** The payload's size to the next power of two, so that sizes do not tell contents apart. */
export function lengthBucket(bytes: number): number {
  let bucket = 256;
  while (bucket < bytes) bucket *= 2;
  return bucket;
}
