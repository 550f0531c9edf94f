import { join } from "node:path";
import type { Digest } from "../merkle/digest.ts";
import { type Tile, TileBuilder } from "../merkle/tile-builder.ts";
import { entriesPath, TILE_WIDTH, tilePath } from "../merkle/tile-path.ts";
import { readPartialOrFull } from "../reader/bundle.ts";
import type { Disk } from "../store/disk.ts";
import { partialsPath, payloadPath } from "../store/paths.ts";
import { type Envelope, parseEnvelope } from "../verifier/envelope.ts";
import { entryEnds } from "../wal/frame.ts";
import type { BlobChecker } from "./blob-checker.ts";
import type { Claim } from "./claims.ts";
import type { Entry, EntryChecker } from "./entry-checker.ts";
import type { Findings } from "./finding.ts";
import type { PayloadChecker } from "./payload-checker.ts";
import type { StoredFiles } from "./stored-files.ts";

export interface TreeCheckerParts {
  readonly disk: Disk;
  readonly root: string;
  readonly findings: Findings;
  readonly entries: EntryChecker;
  readonly payloads: PayloadChecker;
  readonly blobs: BlobChecker | undefined;
  readonly claims: readonly Claim[];
  readonly files: StoredFiles;
}

/** The files of one bundle, read ahead. */
interface BundleFiles {
  readonly index: number;
  readonly width: number;
  readonly entries: Buffer | undefined;
  readonly payload: Buffer;
  /** The level-0 tile, where the bundle is full. */
  readonly tile: Buffer | undefined;
}

/**
 * Builds the tree again from the entry bundles, and holds every tile, partial file and claimed root against it.
 *
 * Memory stays flat: one bundle at a time and the next, and the tiles of the right edge.
 */
export class TreeChecker {
  readonly #parts: TreeCheckerParts;
  readonly #tiles = new TileBuilder();
  readonly #claims: Claim[];

  constructor(parts: TreeCheckerParts) {
    this.#parts = parts;
    this.#claims = [...parts.claims].sort((a, b) => a.size - b.size);
  }

  get size(): number {
    return this.#tiles.size;
  }

  root(): Buffer {
    return this.#tiles.root();
  }

  /** Checks bundles up to `size`. `openPayloadBytes` is what the payload file of the last, partial bundle must hold. */
  async advance(size: number, openPayloadBytes: number | undefined): Promise<boolean> {
    let ahead = this.#read(Math.floor(this.size / TILE_WIDTH), size);
    while (this.size < size) {
      const files = await ahead;
      ahead = this.#read(files.index + 1, size);
      // Whoever awaits it sees the failure; until then, and if nobody does, it must not count as unhandled.
      ahead.catch(() => {});
      if (!(await this.#checkBundle(files, files.width < TILE_WIDTH ? openPayloadBytes : undefined)))
        return false;
    }
    return true;
  }

  /** One more leaf, from wherever; claims of its size are settled. */
  append(leafHash: Digest): void {
    this.#tiles.appendDigest(leafHash);
    while (this.#claims[0] !== undefined && this.#claims[0].size <= this.size) {
      const claim = this.#claims.shift() as Claim;
      if (claim.size === this.size && !claim.root.equals(this.#tiles.root())) {
        this.#parts.findings.add(
          "CHECKPOINT_INVALID",
          claim.file,
          `its root for size ${claim.size} is not the root of these entries`,
        );
      }
    }
  }

  /** Claims about more entries than there are. */
  finish(): void {
    for (const { size, file, root } of this.#claims) {
      if (size === this.size && root.equals(this.#tiles.root())) continue;
      this.#parts.findings.add(
        "TRUNCATED",
        file,
        `it covers ${size} entries, only ${this.size} are here`,
        this.size,
      );
    }
  }

  async #read(index: number, size: number): Promise<BundleFiles> {
    const { disk, root } = this.#parts;
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    if (width <= 0) return { index, width, entries: undefined, payload: NOTHING, tile: undefined };
    const [entries, payload, tile] = await Promise.all([
      readPartialOrFull(disk, root, (partial) => entriesPath(index, partial), width),
      disk.read(join(root, payloadPath(index))),
      width === TILE_WIDTH ? disk.read(join(root, tilePath(0, index))) : undefined,
    ]);
    return { index, width, entries, payload: payload ?? NOTHING, tile };
  }

  async #checkBundle(files: BundleFiles, payloadBytes: number | undefined): Promise<boolean> {
    const { findings, entries, payloads } = this.#parts;
    const { index, width, entries: bytes, payload } = files;
    const file = entriesPath(index, width);
    const ends = bytes && entryEnds(bytes);
    if (bytes === undefined || ends === undefined || ends.length < width) {
      const message = bytes ? "its entries cannot be told apart" : "it is missing";
      findings.add("BUNDLE_DAMAGED", file, message, this.size);
      return false;
    }
    // A bundle that grew while we looked: its first entries are checked already.
    const known = this.size - index * TILE_WIDTH;
    const envelopes: (Envelope | undefined)[] = [];
    for (let at = 0; at < width; at += 1) {
      const entry = { bytes, start: (ends[at - 1] ?? 0) + 2, end: ends[at] as number };
      if (at < known) envelopes.push(parseOrNothing(entry));
      else {
        envelopes.push(entries.check(entry, file));
        this.append(entries.leafHash);
      }
    }
    if (width === TILE_WIDTH && ends.length > TILE_WIDTH)
      findings.add("BUNDLE_DAMAGED", file, `it holds ${ends.length} entries`, this.size);
    await this.#checkFullTiles(files);
    await this.#checkPartialBundles(index, bytes, ends);
    if (payloadBytes !== undefined && payload.length < payloadBytes)
      findings.add("BLOCK_DAMAGED", payloadPath(index), `it has ${payload.length} bytes of ${payloadBytes}`);
    payloads.check(payload.subarray(0, payloadBytes), envelopes, payloadPath(index));
    await this.#parts.blobs?.checkNoted();
    return true;
  }

  /** Full tiles as they come. The one over the bundle is read already. */
  async #checkFullTiles(files: BundleFiles): Promise<void> {
    const { disk, root } = this.#parts;
    for (const tile of this.#tiles.takeFull()) {
      const path = tilePath(tile.level, tile.index);
      const isRead = tile.level === 0 && tile.index === files.index && files.width === TILE_WIDTH;
      this.#checkTile(tile, isRead ? files.tile : await disk.read(join(root, path)));
      await this.#checkPartialTiles(path, tile.bytes);
    }
  }

  /** The partial tiles of the right edge, once everything is read. */
  async checkEdge(): Promise<void> {
    const { disk, root } = this.#parts;
    for (const tile of this.#tiles.partials()) {
      const { level, index, width, bytes } = tile;
      const path = (partial: number) => tilePath(level, index, partial);
      const present = await readPartialOrFull(disk, root, path, width);
      // A writer may have filled it since.
      const isFull = present?.length === TILE_WIDTH * HASH_BYTES;
      this.#checkTile(tile, isFull ? present.subarray(0, bytes.length) : present);
      await this.#checkPartialTiles(tilePath(level, index), bytes);
    }
  }

  #checkTile({ level, index, width, bytes }: Tile, present: Buffer | undefined): void {
    if (present?.equals(bytes)) return;
    const { findings } = this.#parts;
    const path = tilePath(level, index, width);
    if (present === undefined) findings.add("TILE_DAMAGED", path, "it is missing");
    else if (level > 0) findings.add("TILE_DAMAGED", path, "it differs from the entries");
    else {
      // Which of the two was changed, tile or bundle, only a checkpoint could say.
      const entry = index * TILE_WIDTH + firstDifference(bytes, present);
      findings.add(
        "TILE_DAMAGED",
        path,
        `it differs from the entries in ${entriesPath(index, width)}`,
        entry,
      );
    }
  }

  async #checkPartialTiles(path: string, bytes: Buffer): Promise<void> {
    await this.#checkPartials(path, (width) => {
      const expected = bytes.subarray(0, width * HASH_BYTES);
      return expected.length === width * HASH_BYTES ? expected : undefined;
    });
  }

  async #checkPartialBundles(index: number, bytes: Buffer, ends: readonly number[]): Promise<void> {
    await this.#checkPartials(entriesPath(index), (width) =>
      width > ends.length ? undefined : bytes.subarray(0, ends[width - 1]),
    );
  }

  /** Partial files, of any width up to ours, must be beginnings of what we built; wider ones belong to a later size. */
  async #checkPartials(path: string, expected: (width: number) => Buffer | undefined): Promise<void> {
    const { disk, root, findings, files } = this.#parts;
    const code = path.startsWith("tile/entries/") ? "BUNDLE_DAMAGED" : "TILE_DAMAGED";
    for (const width of files.partials.get(path) ?? []) {
      const file = `${partialsPath(path)}/${width}`;
      const bytes = expected(width);
      const present = bytes && (await disk.read(join(root, file)));
      if (bytes && present && !present.equals(bytes)) findings.add(code, file, "it differs from the entries");
    }
  }
}

const HASH_BYTES = 32;
const NOTHING = Buffer.alloc(0);

/** The first hash, counted from 0, in which two tiles differ. */
function firstDifference(a: Buffer, b: Buffer): number {
  let at = 0;
  while (at < Math.min(a.length, b.length) && a[at] === b[at]) at += 1;
  return Math.floor(at / HASH_BYTES);
}

function parseOrNothing({ bytes, start, end }: Entry): Envelope | undefined {
  try {
    return parseEnvelope(bytes.subarray(start, end));
  } catch {
    return undefined;
  }
}
