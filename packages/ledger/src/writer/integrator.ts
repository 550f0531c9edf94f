import { dirname, join } from "node:path";
import { readBlockHeader } from "../block/block.ts";
import type { TileBuilder } from "../merkle/tile-builder.ts";
import { entriesPath, TILE_WIDTH, tilePath } from "../merkle/tile-path.ts";
import type { Disk } from "../store/disk.ts";
import type { Layout } from "../store/layout.ts";
import { partialsPath, payloadPath } from "../store/paths.ts";
import { encodeTreeState, type TreeState } from "../store/tree-state.ts";
import { FileBatch } from "./file-batch.ts";
import type { LedgerKeys } from "./open-keys.ts";

/** What integration needs of a commit: it does not care whether it comes from memory or from a replayed frame. */
export interface Integrable {
  readonly firstIndex: number;
  readonly count: number;
  readonly blocks: readonly Buffer[];
  /** Length-prefixed envelopes. */
  readonly entries: Buffer;
  readonly leafHashes: Buffer;
  /** Rows of the key ring that are announced by its end. */
  readonly keys: number;
  /** Where the next frame stands. */
  readonly wal: { readonly segment: number; readonly offset: number };
}

/**
 * Moves durable commits from the write-ahead file into their final places: payloads, bundles and tiles first, then
 * the state that makes them count, then what was signed, then the public checkpoint.
 *
 * Owned by one caller at a time. After a failure the object is in doubt and must be thrown away.
 */
export class Integrator {
  readonly #disk: Disk;
  readonly #layout: Layout;
  readonly #keys: Omit<LedgerKeys, "ring">;
  readonly #tiles: TileBuilder;
  readonly #directories = new Set<string>();
  /** The envelopes of the bundle that is not full, and those of its blocks that are not on disk yet. */
  #entries: Buffer[];
  #blocks: Buffer[] = [];
  /** Tiles and bundles that have partial files, those of the right edge at the start included. */
  readonly #withPartials = new Set<string>();
  #payloadBytes: number;
  #state: TreeState;

  constructor(
    disk: Disk,
    layout: Layout,
    keys: Omit<LedgerKeys, "ring">,
    tiles: TileBuilder,
    openEntries: Buffer,
    state: TreeState,
  ) {
    this.#disk = disk;
    this.#layout = layout;
    this.#keys = keys;
    this.#tiles = tiles;
    this.#entries = openEntries.length > 0 ? [openEntries] : [];
    this.#state = state;
    this.#payloadBytes = state.payloadBytes;
    for (const { level, index } of tiles.partials()) this.#withPartials.add(tilePath(level, index));
    this.#withPartials.add(entriesPath(Math.floor(state.size / TILE_WIDTH)));
  }

  get state(): TreeState {
    return this.#state;
  }

  /** Makes `commits` part of the tree, durably. */
  async integrate(commits: readonly Integrable[], replaying = false): Promise<void> {
    const batch = new FileBatch(this.#disk, this.#layout.root, replaying);
    const full: string[] = [];
    for (const commit of commits) this.#take(commit, batch, full);
    const last = commits.at(-1);
    if (last === undefined) return;
    for (const tile of this.#tiles.takeFull()) {
      batch.add(tilePath(tile.level, tile.index), [tile.bytes]);
      full.push(tilePath(tile.level, tile.index));
    }
    for (const tile of this.#tiles.takeChangedPartials()) {
      batch.add(tilePath(tile.level, tile.index, tile.width), [tile.bytes]);
      this.#withPartials.add(tilePath(tile.level, tile.index));
    }
    this.#addOpenBundle(batch);
    await batch.flush(this.#directories);
    const payloadBytes = this.#payloadBytes;
    const lastLeaf = Buffer.from(last.leafHashes.subarray(last.leafHashes.length - 32));
    this.#state = {
      size: this.#tiles.size,
      root: this.#tiles.root(),
      lastLeaf,
      payloadBytes,
      keys: last.keys,
      wal: last.wal,
    };
    await this.#disk.replace(this.#layout.tree, encodeTreeState(this.#state, this.#keys.frameKey));
    // Segments are freed by what it says, so its new name must be durable before they lose theirs.
    await this.#disk.syncDirectory(dirname(this.#layout.tree));
    // A partial tile may go once the full one exists (c2sp.org/tlog-tiles, "Partial Tiles").
    for (const path of full) await this.#removePartials(path);
  }

  /** Under load most tiles fill up within one integration and never were partial. */
  async #removePartials(path: string): Promise<void> {
    if (!this.#withPartials.delete(path)) return;
    await this.#disk.remove(join(this.#layout.root, partialsPath(path)));
  }

  /**
   * Signs and publishes a checkpoint of the integrated size. What is signed is durable before anybody can see it:
   * otherwise a crash could make us sign a second, different tree of the same size.
   */
  async publish(): Promise<string> {
    const { size, root } = this.#state;
    const { signer } = this.#keys;
    const text = `${signer.name}\n${size}\n${root.toString("base64")}\n`;
    const note = `${text}\n${signer.signatureLine(text)}\n`;
    await this.#disk.replace(this.#layout.signed, Buffer.from(note));
    await this.#disk.syncDirectory(dirname(this.#layout.signed));
    await this.#disk.replace(this.#layout.checkpoint, Buffer.from(note), 0o644);
    await this.#disk.syncDirectory(this.#layout.root);
    return note;
  }

  /** Takes one commit in, cutting it where a bundle becomes full. */
  #take(commit: Integrable, batch: FileBatch, full: string[]): void {
    let block = 0;
    let entryOffset = 0;
    for (let taken = 0; taken < commit.count; ) {
      const bundle = Math.floor(this.#tiles.size / TILE_WIDTH);
      const room = Math.min(TILE_WIDTH - (this.#tiles.size % TILE_WIDTH), commit.count - taken);
      const start = entryOffset;
      for (let at = taken; at < taken + room; at += 1) {
        this.#tiles.append(commit.leafHashes, at * 32);
        entryOffset += 2 + commit.entries.readUInt16BE(entryOffset);
      }
      this.#entries.push(commit.entries.subarray(start, entryOffset));
      while (block < commit.blocks.length && bundleOf(commit.blocks[block] as Buffer) === bundle) {
        this.#blocks.push(commit.blocks[block] as Buffer);
        block += 1;
      }
      taken += room;
      if (this.#tiles.size % TILE_WIDTH === 0) this.#closeBundle(bundle, batch, full);
    }
  }

  #closeBundle(bundle: number, batch: FileBatch, full: string[]): void {
    batch.add(entriesPath(bundle), this.#entries);
    full.push(entriesPath(bundle));
    if (this.#blocks.length > 0) batch.extend(payloadPath(bundle), this.#payloadBytes, this.#blocks);
    this.#entries = [];
    this.#blocks = [];
    this.#payloadBytes = 0;
  }

  #addOpenBundle(batch: FileBatch): void {
    const width = this.#tiles.size % TILE_WIDTH;
    if (width === 0) return;
    const bundle = Math.floor(this.#tiles.size / TILE_WIDTH);
    // A copy: the frames' memory is used again once they are integrated.
    this.#entries = [Buffer.concat(this.#entries)];
    batch.add(entriesPath(bundle, width), this.#entries);
    this.#withPartials.add(entriesPath(bundle));
    if (this.#blocks.length === 0) return;
    batch.extend(payloadPath(bundle), this.#payloadBytes, this.#blocks);
    for (const block of this.#blocks) this.#payloadBytes += block.length;
    this.#blocks = [];
  }
}

function bundleOf(block: Buffer): number {
  return Math.floor(readBlockHeader(block, 0).firstIndex / TILE_WIDTH);
}
