import { join } from "node:path";
import { TileBuilder } from "../merkle/tile-builder.ts";
import { entriesPath, TILE_WIDTH, tilePath } from "../merkle/tile-path.ts";
import { readPartialOrFull } from "../reader/bundle.ts";
import type { Disk } from "../store/disk.ts";
import { partialsPath, payloadPath } from "../store/paths.ts";
import type { Envelope } from "../verifier/envelope.ts";
import { splitEntries } from "../wal/frame.ts";
import type { Claim } from "./claims.ts";
import type { EntryChecker } from "./entry-checker.ts";
import type { Findings } from "./finding.ts";
import type { PayloadChecker } from "./payload-checker.ts";

export interface TreeCheckerParts {
  readonly disk: Disk;
  readonly root: string;
  readonly findings: Findings;
  readonly entries: EntryChecker;
  readonly payloads: PayloadChecker;
  readonly claims: readonly Claim[];
}

/**
 * Builds the tree again from the entry bundles, and holds every tile, partial file and claimed root against it.
 *
 * Memory stays flat: one bundle at a time, and the tiles of the right edge.
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
  async advance(size: number, openPayloadBytes: number): Promise<boolean> {
    while (this.size < size) {
      const index = Math.floor(this.size / TILE_WIDTH);
      const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
      if (!(await this.#checkBundle(index, width, width < TILE_WIDTH ? openPayloadBytes : undefined)))
        return false;
    }
    return true;
  }

  /** One more leaf, from wherever; claims of its size are settled. */
  append(leafHash: Buffer): void {
    this.#tiles.append(leafHash);
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

  async #checkBundle(index: number, width: number, payloadBytes: number | undefined): Promise<boolean> {
    const { disk, root, findings, entries, payloads } = this.#parts;
    const file = entriesPath(index, width);
    const bytes = await readPartialOrFull(disk, root, (partial) => entriesPath(index, partial), width);
    const split = bytes && splitEntries(bytes);
    if (bytes === undefined || split === undefined || split.length < width) {
      findings.add(
        "BUNDLE_DAMAGED",
        file,
        bytes ? "its entries cannot be told apart" : "it is missing",
        this.size,
      );
      return false;
    }
    const known = this.size - index * TILE_WIDTH;
    const envelopes: (Envelope | undefined)[] = [];
    for (const entry of split.slice(0, width)) {
      // A bundle that grew while we looked: its first entries are checked already.
      if (envelopes.length < known) {
        envelopes.push(undefined);
        continue;
      }
      envelopes.push(entries.check(entry, file));
      this.append(Buffer.from(entries.lastLeaf, "base64"));
    }
    await this.#checkTiles();
    await this.#checkPartialBundles(index, bytes, split);
    const payload = (await disk.read(join(root, payloadPath(index)))) ?? Buffer.alloc(0);
    if (known === 0)
      payloads.check(payload.subarray(0, payloadBytes ?? payload.length), envelopes, payloadPath(index));
    return true;
  }

  /** Full tiles as they come; partial ones, of any width up to ours, must be beginnings of what we built. */
  async #checkTiles(): Promise<void> {
    const { disk, root, findings } = this.#parts;
    for (const { level, index, bytes } of this.#tiles.takeFull()) {
      const present = await disk.read(join(root, tilePath(level, index)));
      if (!present?.equals(bytes))
        findings.add(
          "TILE_DAMAGED",
          tilePath(level, index),
          present ? "it differs from the entries" : "it is missing",
        );
      await this.#checkPartialTiles(level, index, bytes);
    }
  }

  /** The partial tiles of the right edge, once everything is read. */
  async checkEdge(): Promise<void> {
    const { disk, root, findings } = this.#parts;
    for (const { level, index, width, bytes } of this.#tiles.partials()) {
      const path = (partial: number) => tilePath(level, index, partial);
      const present = await readPartialOrFull(disk, root, path, width);
      if (!present?.subarray(0, bytes.length).equals(bytes)) {
        findings.add("TILE_DAMAGED", path(width), present ? "it differs from the entries" : "it is missing");
      }
      await this.#checkPartialTiles(level, index, bytes);
    }
  }

  async #checkPartialTiles(level: number, index: number, bytes: Buffer): Promise<void> {
    await this.#checkPartials(tilePath(level, index), (width) => {
      const expected = bytes.subarray(0, width * 32);
      return expected.length === width * 32 ? expected : undefined;
    });
  }

  async #checkPartialBundles(index: number, bytes: Buffer, entries: readonly Buffer[]): Promise<void> {
    await this.#checkPartials(entriesPath(index), (width) => {
      if (width > entries.length) return undefined;
      const size = entries.slice(0, width).reduce((sum, entry) => sum + 2 + entry.length, 0);
      return bytes.subarray(0, size);
    });
  }

  /** Holds each file of a `.p` directory against what it must be; widths beyond what we know belong to a later size. */
  async #checkPartials(path: string, expected: (width: number) => Buffer | undefined): Promise<void> {
    const { disk, root, findings } = this.#parts;
    const code = path.startsWith("tile/entries/") ? "BUNDLE_DAMAGED" : "TILE_DAMAGED";
    for (const name of await disk.list(join(root, partialsPath(path)))) {
      const file = `${partialsPath(path)}/${name}`;
      const width = /^[1-9]\d{0,2}$/.test(name) ? Number(name) : 0;
      if (width === 0 || width >= TILE_WIDTH) {
        if (!name.endsWith(".tmp")) findings.add("FILE_UNEXPECTED", file, "no ledger writes this file");
        continue;
      }
      const bytes = expected(width);
      const present = bytes && (await disk.read(join(root, file)));
      if (bytes && present && !present.equals(bytes)) findings.add(code, file, "it differs from the entries");
    }
  }
}
