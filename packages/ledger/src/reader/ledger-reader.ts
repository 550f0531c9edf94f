import { setTimeout as sleep } from "node:timers/promises";
import { BlobReader } from "../blobs/blob-reader.ts";
import type { BlobReference } from "../blobs/reference.ts";
import { LedgerError } from "../error.ts";
import type { DataKey, ScopedKey } from "../keys/key-ring.ts";
import type { KeyOptions } from "../keys/unlock.ts";
import { consistencyProof, inclusionProof, subtreesBetween } from "../merkle/proofs.ts";
import { TILE_WIDTH } from "../merkle/tile-path.ts";
import { type ReadTile, rootFromTiles, tileHashReader } from "../merkle/tile-reader.ts";
import { type Disk, nodeDisk } from "../store/disk.ts";
import type { Format } from "../store/format.ts";
import { type Layout, layoutOf } from "../store/layout.ts";
import { parseCheckpoint } from "../verifier/checkpoint.ts";
import { formatDisclosure, type Opening } from "../verifier/disclosure.ts";
import { type Envelope, parseEnvelope } from "../verifier/envelope.ts";
import { parseNote } from "../verifier/note.ts";
import { formatReceipt, parseReceipt } from "../verifier/receipt.ts";
import type { LedgerKeys } from "../writer/open-keys.ts";
import { type Bundle, readBundle } from "./bundle.ts";
import { coseReceipt } from "./cose-receipt.ts";
import { Payloads } from "./payloads.ts";
import { existingFormat, needKeys } from "./reader-keys.ts";
import { StateReader } from "./state-reader.ts";
import { readStoredTile } from "./stored-tile.ts";
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
  readonly #state: StateReader;
  readonly #tail: TailFollower;
  readonly #blobs: BlobReader;
  #refreshing: Promise<void> = Promise.resolve();
  readonly #readTile: ReadTile = (level, tile, width) =>
    readStoredTile(this.#layout.root, level, tile, width);
  #bundleIndex = -1;
  #bundle: Bundle | undefined;

  private constructor(disk: Disk, layout: Layout, format: Format, keys: LedgerKeys) {
    this.#disk = disk;
    this.#layout = layout;
    this.#format = format;
    this.#keys = keys;
    this.#state = new StateReader(disk, layout.tree, keys.frameKey);
    this.#tail = new TailFollower(disk, layout.wal, keys.frameKey);
    this.#blobs = new BlobReader({ disk, directory: layout.blobs, ledgerId: format.id });
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
      const state = this.#state.read();
      const isWhole = this.#tail.follow(state);
      // The writer may integrate and free segments between our looks. Then the frames do not join on, or none is left.
      if (isWhole && this.#state.read().size === state.size) {
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
  entries(from = 0, to: number = this.size): AsyncGenerator<ReadEntry, void, undefined> {
    return this.entriesAt(indexes(from, to));
  }

  /** The named entries. In their order each block is opened once. @throws LedgerError INDEX_UNKNOWN, BLOCK_DAMAGED */
  async *entriesAt(named: Iterable<number>): AsyncGenerator<ReadEntry, void, undefined> {
    const payloads = new Payloads(this.#keys.ring, this.#format.id);
    let current: Bundle | undefined;
    for (const index of named) {
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

  /**
   * What stands for entries that are not shown, in a tree of this size, which must have been published: the hashes of the
   * largest subtrees from one index up to another, as the verifier's `PartialTree` wants them.
   */
  subtrees(size: number): (begin: number, end: number) => Buffer[] {
    const read = tileHashReader(this.#readTile, size);
    return (begin, end) => subtreesBetween(begin, end, read);
  }

  /**
   * A blob's content, in pieces that are the caller's own, as fast as they are taken. Each chunk in them is what its name
   * says; only when the last piece is followed by the end, and by no error, were they this blob and all of it.
   *
   * @throws LedgerError BLOB_MISSING when there is none or its key was destroyed, BLOB_DAMAGED
   */
  async *blob(reference: BlobReference): AsyncGenerator<Buffer, void, undefined> {
    const key = await this.#blobKey(reference);
    if (key === undefined)
      throw new LedgerError("BLOB_MISSING", `the key ring has no key ${reference.key}: it was destroyed`);
    const shelf = this.#blobs.shelf(key);
    try {
      yield* this.#blobs.read(reference, shelf);
    } finally {
      await shelf.close();
    }
  }

  /** Whether the blob was stored and its key is there. Whether it is whole, only reading it can tell. */
  async hasBlob(reference: BlobReference): Promise<boolean> {
    return (await this.#blobKey(reference)) !== undefined && (await this.#blobs.has(reference));
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
   * be checked alone, and on request the payload and its salt with it, so that it can be read alone too. It has the newest
   * published checkpoint, unless an older one is given, such as one that witnesses have cosigned.
   *
   * @throws LedgerError INDEX_UNKNOWN while no such checkpoint covers the entry, PAYLOAD_DESTROYED when the payload is
   * asked for and its key is gone.
   */
  async prove(
    index: number,
    options: { readonly checkpoint?: string; readonly withPayload?: boolean } = {},
  ): Promise<string> {
    const { checkpoint, size } = await this.#covering(index, options.checkpoint);
    const { entry } = await this.envelope(index);
    const opening = options.withPayload === true ? await this.#opening(index) : undefined;
    const extra = formatDisclosure({ entry, ...(opening && { opening }) });
    const proof = inclusionProof(index, size, tileHashReader(this.#readTile, size));
    return formatReceipt({ checkpoint, extra, index, proof });
  }

  /**
   * The same receipt as a COSE Receipt (RFC 9942; `@custody/ledger/cose` checks it). It takes a signature of its own, over
   * a root that a published checkpoint of ours already says, and so can say nothing new.
   *
   * @throws LedgerError what `prove` throws, and STATE_DAMAGED when the published checkpoint is not signed by this
   * ledger, or not of this tree.
   */
  async proveCose(index: number, options: { readonly withPayload?: boolean } = {}): Promise<Uint8Array> {
    const receipt = parseReceipt(await this.prove(index, options));
    return await coseReceipt(receipt, this.#keys.signer);
  }

  /** The checkpoint given, or the newest published one, if it covers the entry. @throws LedgerError INDEX_UNKNOWN */
  async #covering(index: number, given?: string): Promise<{ checkpoint: string; size: number }> {
    const checkpoint = given ?? (await this.checkpoint());
    const size = checkpoint === undefined ? 0 : parseCheckpoint(parseNote(checkpoint).text).size;
    if (checkpoint === undefined || !(index < size)) {
      const which = given === undefined ? "the newest" : "the given one";
      throw new LedgerError(
        "INDEX_UNKNOWN",
        `no published checkpoint covers entry ${index} yet, ${which} has size ${size}`,
      );
    }
    if (size > this.#treeSize) await this.refresh();
    return { checkpoint, size };
  }

  async #opening(index: number): Promise<Opening> {
    const { payload, salt } = await this.entry(index);
    if (payload !== undefined && salt !== undefined) return { payload, salt };
    const what = `the key of entry ${index} was destroyed: nobody can read its payload`;
    throw new LedgerError("PAYLOAD_DESTROYED", what);
  }

  /**
   * The hashes which show that the tree of `size` begins with the one of `oldSize` (RFC 6962, section 2.1.2).
   * @throws LedgerError INDEX_UNKNOWN when the tree does not have `size` entries, or has fewer than `oldSize`.
   */
  async proveConsistency(oldSize: number, size: number): Promise<Buffer[]> {
    if (size > this.#treeSize) await this.refresh();
    if (!(oldSize <= size && size <= this.#treeSize))
      throw new LedgerError(
        "INDEX_UNKNOWN",
        `the tree has ${this.#treeSize} entries: nothing can be proved from ${oldSize} to ${size}`,
      );
    return consistencyProof(oldSize, size, tileHashReader(this.#readTile, size));
  }

  /** The root of the tree as it was at `size`. @throws LedgerError INDEX_UNKNOWN */
  async rootAt(size: number): Promise<Buffer> {
    if (size > this.#treeSize) await this.refresh();
    if (size > this.#treeSize)
      throw new LedgerError("INDEX_UNKNOWN", `the tree has ${this.#treeSize} entries, not ${size}`);
    return rootFromTiles(this.#readTile, size);
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

  async #blobKey({ key: id }: BlobReference): Promise<DataKey | undefined> {
    // The writer may have made a key since we read the ring.
    if (!this.#keys.ring.has(id)) await this.#keys.ring.follow();
    return this.#keys.ring.has(id) ? { id, key: this.#keys.ring.secret(id).key } : undefined;
  }
}

function* indexes(from: number, to: number): Generator<number, void, undefined> {
  for (let index = from; index < to; index += 1) yield index;
}
