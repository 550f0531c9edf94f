import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LedgerError } from "../error.ts";
import type { ScopedKey } from "../keys/key-ring.ts";
import type { KeyOptions } from "../keys/unlock.ts";
import { inclusionProof } from "../merkle/proofs.ts";
import { TILE_WIDTH, tilePath } from "../merkle/tile-path.ts";
import { tileHashReader } from "../merkle/tile-reader.ts";
import { type Disk, nodeDisk } from "../store/disk.ts";
import type { Format } from "../store/format.ts";
import { type Layout, layoutOf } from "../store/layout.ts";
import { readTreeState, type TreeState } from "../store/tree-state.ts";
import { parseCheckpoint } from "../verifier/checkpoint.ts";
import { type Envelope, parseEnvelope } from "../verifier/envelope.ts";
import { parseNote } from "../verifier/note.ts";
import { formatReceipt } from "../verifier/receipt.ts";
import type { LedgerKeys } from "../writer/open-keys.ts";
import { type Bundle, readBundle } from "./bundle.ts";
import { Payloads } from "./payloads.ts";
import { existingFormat, needKeys } from "./reader-keys.ts";
import { TailFollower } from "./tail-follower.ts";

/** A writer frees segments at most a few times a second; more misses than this are not its doing. */
const REFRESH_ATTEMPTS_MAX = 100;

export interface ReaderOptions extends KeyOptions {
  readonly directory: string;
  readonly disk?: Disk;
}

/** An entry as it can be read back. */
export interface ReadEntry {
  readonly index: number;
  readonly envelope: Envelope;
  /** The bytes that the tree covers. */
  readonly entry: Buffer;
  /** Undefined, like `salt`, when its key was destroyed. */
  readonly payload: Buffer | undefined;
  /** 16 bytes. The envelope commits to salt and payload together, see the verifier's `commitment`. */
  readonly salt: Buffer | undefined;
}

const DESTROYED = { payload: undefined, salt: undefined };

/** Reads a ledger without its lock, also while it is being written. `refresh` looks for what was appended since. */
export class LedgerReader {
  readonly #disk: Disk;
  readonly #layout: Layout;
  readonly #format: Format;
  readonly #keys: LedgerKeys;
  /** Entries below this are in bundles. */
  #treeSize = 0;
  /** Entries that are acknowledged but not in the tree yet, from `#treeSize` on. */
  #unintegrated: Bundle = { entries: [], blocks: new Map() };
  readonly #tail: TailFollower;
  #refreshing: Promise<void> = Promise.resolve();
  #bundleIndex = -1;
  #bundle: Bundle | undefined;

  private constructor(disk: Disk, layout: Layout, format: Format, keys: LedgerKeys) {
    this.#disk = disk;
    this.#layout = layout;
    this.#format = format;
    this.#keys = keys;
    this.#tail = new TailFollower(disk, layout.wal, keys.frameKey);
  }

  /** @throws LedgerError FORMAT_UNKNOWN, FORMAT_NEWER, MASTER_KEY_MALFORMED, MASTER_KEY_WRONG, KEY_RING_DAMAGED */
  static async open(options: ReaderOptions): Promise<LedgerReader> {
    const disk = options.disk ?? nodeDisk;
    const layout = layoutOf(options.directory);
    const format = await existingFormat(disk, layout);
    const keys = await needKeys(disk, layout, format, options);
    const reader = new LedgerReader(disk, layout, format, keys);
    await reader.refresh();
    return reader;
  }

  get origin(): string {
    return this.#format.origin;
  }

  /** How often the master key was rotated, and one. */
  get keyGeneration(): number {
    return this.#keys.ring.generation;
  }

  /** How many entries can be read: everything acknowledged before the last refresh. */
  get size(): number {
    return this.#treeSize + this.#unintegrated.entries.length;
  }

  /** Looks for what was appended since: sees everything that was acknowledged before the call. */
  refresh(): Promise<void> {
    // One after the other, so that a slow one cannot put back what a later one has seen.
    const done = this.#refreshing.then(() => this.#refresh());
    this.#refreshing = done.catch(() => {});
    return done;
  }

  async #refresh(): Promise<void> {
    // Whoever reads on must not go on reading what was destroyed meanwhile.
    await this.#keys.ring.follow();
    for (let attempt = 0; attempt < REFRESH_ATTEMPTS_MAX; attempt += 1) {
      const state = await this.#readState();
      const isWhole = await this.#tail.follow(state);
      // The writer may integrate and free segments between our looks. Then the frames do not join on, or none is left.
      if (isWhole && (await this.#readState()).size === state.size) {
        this.#treeSize = state.size;
        this.#unintegrated = this.#tail.bundleFrom(state.size);
        return;
      }
      await sleep(attempt);
    }
    throw new LedgerError(
      "STATE_DAMAGED",
      `the write-ahead file of ${this.#layout.root} does not join on to the tree: run verify`,
    );
  }

  /** The entries from `from` up to, but without, `to`, in order. */
  async *entries(from = 0, to: number = this.size): AsyncGenerator<ReadEntry, void, undefined> {
    const payloads = new Payloads(this.#keys.ring, this.#format.id);
    let current: Bundle | undefined;
    for (let index = from; index < to; index += 1) {
      const { bundle, entry } = await this.#find(index);
      if (bundle !== current) payloads.use(bundle.blocks);
      current = bundle;
      const envelope = parseEnvelope(entry);
      yield { index, envelope, entry, ...(await this.#open(payloads, envelope)) };
    }
  }

  /** The writer may have made or destroyed a key since we read the ring. */
  async #open(payloads: Payloads, envelope: Envelope): Promise<Pick<ReadEntry, "payload" | "salt">> {
    const { ring } = this.#keys;
    if (!ring.has(envelope.k)) await ring.follow();
    try {
      return ring.isDestroyed(envelope.k) ? DESTROYED : payloads.payloadOf(envelope);
    } catch (error) {
      await ring.follow();
      if (ring.isDestroyed(envelope.k)) return DESTROYED;
      throw error;
    }
  }

  /** The envelopes alone: fast, and readable without decrypting anything. */
  async *envelopes(from = 0, to: number = this.size): AsyncGenerator<Envelope, void, undefined> {
    for (let index = from; index < to; index += 1) yield parseEnvelope((await this.#find(index)).entry);
  }

  /** An entry without its payload, which need not be readable. @throws LedgerError INDEX_UNKNOWN */
  async envelope(index: number): Promise<Pick<ReadEntry, "entry" | "envelope">> {
    const { entry } = await this.#find(index);
    return { entry, envelope: parseEnvelope(entry) };
  }

  /** @throws LedgerError INDEX_UNKNOWN */
  async entry(index: number): Promise<ReadEntry> {
    for await (const found of this.entries(index, index + 1)) return found;
    throw new LedgerError("INDEX_UNKNOWN", `the ledger has no entry ${index}`);
  }

  /** A keyed pseudonym as it stands in envelopes: `session`, `source` or `tenant`. */
  reference(kind: "session" | "source" | "tenant", name: string): string {
    return this.#keys.ring.reference(kind, name);
  }

  /**
   * A key of 32 bytes for what is derived from this ledger, an index for example: the same for every reader of it, and
   * to be had only with the master key. Each use takes a label of its own.
   */
  deriveKey(label: string): Buffer {
    return this.#keys.ring.deriveKey(label);
  }

  /** The data keys that can be used, with their scopes, as the ring stood at the last refresh. */
  keys(): AsyncGenerator<ScopedKey, void, undefined> {
    return this.#keys.ring.scopedKeys();
  }

  /** The newest published checkpoint, a signed note; undefined before the first. */
  async checkpoint(): Promise<string | undefined> {
    return (await this.#disk.read(this.#layout.checkpoint))?.toString("utf8");
  }

  /**
   * A receipt (c2sp.org/tlog-proof) that the entry is in the log; it carries the entry as its extra data, so it can
   * be checked alone. @throws LedgerError INDEX_UNKNOWN while no published checkpoint covers the entry.
   */
  async prove(index: number): Promise<string> {
    const checkpoint = await this.checkpoint();
    const size = checkpoint === undefined ? 0 : parseCheckpoint(parseNote(checkpoint).text).size;
    if (checkpoint === undefined || !(index < size)) {
      throw new LedgerError(
        "INDEX_UNKNOWN",
        `no published checkpoint covers entry ${index} yet, the newest has size ${size}`,
      );
    }
    if (size > this.#treeSize) await this.refresh();
    const { entry } = await this.envelope(index);
    const read = tileHashReader((level, tile, width) => this.#tile(level, tile, width), size);
    return formatReceipt({ checkpoint, extra: entry, index, proof: inclusionProof(index, size, read) });
  }

  #tile(level: number, index: number, width: number): Buffer {
    try {
      return readFileSync(join(this.#layout.root, tilePath(level, index, width)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || width === TILE_WIDTH) throw error;
      return readFileSync(join(this.#layout.root, tilePath(level, index))).subarray(0, width * 32);
    }
  }

  /** An entry and where it lies. A refresh may move it from the tail into a bundle at any `await`. */
  async #find(index: number): Promise<{ bundle: Bundle; entry: Buffer }> {
    if (!Number.isSafeInteger(index) || index >= this.size || index < 0)
      throw new LedgerError("INDEX_UNKNOWN", `the ledger has no entry ${index}`);
    const isInTree = index < this.#treeSize;
    const bundle = isInTree ? await this.#bundleOf(index) : this.#unintegrated;
    const entry = bundle?.entries[isInTree ? index % TILE_WIDTH : index - this.#treeSize];
    if (bundle === undefined || entry === undefined)
      throw new LedgerError(
        "STATE_DAMAGED",
        `the bundle of entry ${index} is missing or damaged: run verify`,
      );
    return { bundle, entry };
  }

  async #bundleOf(index: number): Promise<Bundle | undefined> {
    const at = Math.floor(index / TILE_WIDTH);
    const isKept =
      this.#bundleIndex === at && this.#bundle && index % TILE_WIDTH < this.#bundle.entries.length;
    if (!isKept) {
      const bundle = await readBundle(this.#disk, this.#layout.root, at, this.#treeSize);
      this.#bundle = bundle;
      this.#bundleIndex = at;
      return bundle;
    }
    return this.#bundle;
  }

  async #readState(): Promise<Pick<TreeState, "size" | "wal">> {
    const state = await readTreeState(this.#disk, this.#layout.tree, this.#keys.frameKey);
    return state ?? { size: 0, wal: { segment: 0, offset: 0 } };
  }
}
