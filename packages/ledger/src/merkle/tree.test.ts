/**
 * Everything that computes roots, tiles and proofs, against the definitions of RFC 6962, section 2.1, written down as
 * the RFC has them: recursive, slow, and with another way of hashing.
 */
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { CompactRange } from "./compact-range.ts";
import { hashLeaf } from "./hash.ts";
import { consistencyProof, inclusionProof, type ReadHash } from "./proofs.ts";
import { type Tile, TileBuilder } from "./tile-builder.ts";
import { tilePath, tilesOfSize } from "./tile-path.ts";
import { rootFromTiles, tileHashReader } from "./tile-reader.ts";

const SIZE_MAX = 70_000;
const sizesAround65536 = [65_534, 65_535, 65_536, 65_537, 65_538, SIZE_MAX];

const leaves: Buffer[] = Array.from({ length: SIZE_MAX }, (_, index) =>
  hashLeaf(Buffer.from(`entry ${index}`)),
);
const known = new Map<number, Buffer>();

/** MTH(D[begin:end]) over leaf hashes. */
function definedRoot(begin: number, end: number): Buffer {
  if (begin === end) return createHash("sha256").digest();
  if (end - begin === 1) return leaves[begin]!;
  const key = begin * 2 ** 20 + end;
  const root =
    known.get(key) ?? sha256(Buffer.of(1), ...halves(begin, end).map(([b, e]) => definedRoot(b, e)));
  known.set(key, root);
  return root;
}

/** PATH(m, D[begin:end]), where `index` counts from the beginning of the tree. */
function definedPath(index: number, begin: number, end: number): Buffer[] {
  if (end - begin === 1) return [];
  const [left, right] = halves(begin, end);
  return index < left[1]
    ? [...definedPath(index, ...left), definedRoot(...right)]
    : [...definedPath(index, ...right), definedRoot(...left)];
}

/** SUBPROOF(m, D[begin:end], b), where `first` counts from the beginning of the tree. */
function definedProof(first: number, begin: number, end: number, isWhole: boolean): Buffer[] {
  if (first === end) return isWhole ? [] : [definedRoot(begin, end)];
  const [left, right] = halves(begin, end);
  return first <= left[1]
    ? [...definedProof(first, ...left, isWhole), definedRoot(...right)]
    : [...definedProof(first, ...right, false), definedRoot(...left)];
}

function halves(begin: number, end: number): [[number, number], [number, number]] {
  let split = 1;
  while (split * 2 < end - begin) split *= 2;
  return [
    [begin, begin + split],
    [begin + split, end],
  ];
}

function sha256(...parts: Buffer[]): Buffer {
  return createHash("sha256").update(Buffer.concat(parts)).digest();
}

const readDefined: ReadHash = (level, index) => definedRoot(index * 2 ** level, (index + 1) * 2 ** level);

/** The sizes and the roots of the trees which Certificate Transparency's own implementations are tested with. */
const publishedLeaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"];
const publishedRoots = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
];

describe("a compact range", () => {
  it("has the published roots", () => {
    const range = new CompactRange();
    const roots = publishedLeaves.map((hex) => {
      range.append(hashLeaf(Buffer.from(hex, "hex")));
      return range.root().toString("hex");
    });
    expect(roots).toEqual(publishedRoots);
  });

  it("has the defined root at every size, also when it is taken up again there", () => {
    let range = new CompactRange();
    for (let size = 0; size <= SIZE_MAX; size++) {
      if (size <= 600 || sizesAround65536.includes(size)) {
        expect(range.size).toBe(size);
        expect(range.root()).toEqual(definedRoot(0, size));
        range = CompactRange.fromHashes(size, range.hashes());
      }
      if (size < SIZE_MAX) range.append(leaves[size]!);
    }
  });

  it("does not change when its clone does", () => {
    const range = new CompactRange();
    for (const leaf of leaves.slice(0, 7)) range.append(leaf);
    const clone = range.clone();
    clone.append(leaves[7]!);
    expect(range.root()).toEqual(definedRoot(0, 7));
    expect(clone.root()).toEqual(definedRoot(0, 8));
  });

  it("counts beyond 32 bits", () => {
    const size = 2 ** 40 + 2 ** 33 + 3;
    const range = CompactRange.fromHashes(size, [leaves[0]!, leaves[1]!, leaves[2]!, leaves[3]!]);
    range.append(leaves[4]!);
    expect(range.size).toBe(size + 1);
    const last = sha256(Buffer.of(1), leaves[2]!, sha256(Buffer.of(1), leaves[3]!, leaves[4]!));
    expect(range.hashes()).toEqual([leaves[0], leaves[1], last]);
  });

  it("merges across the border of 32 bits", () => {
    const range = CompactRange.fromHashes(2 ** 40 - 1, Array<Buffer>(40).fill(leaves[0]!));
    range.append(leaves[0]!);
    expect(range.hashes()).toHaveLength(1);
  });

  it("grows to the largest size and no further", () => {
    const edge = Array.from({ length: 53 }, () => leaves[0]!);
    const full = CompactRange.fromHashes(Number.MAX_SAFE_INTEGER, edge);
    expect(() => full.append(leaves[0]!)).toThrow(RangeError);
    const almostFull = CompactRange.fromHashes(Number.MAX_SAFE_INTEGER - 1, edge.slice(1));
    almostFull.append(leaves[0]!);
    expect(almostFull.root()).toEqual(full.root());
  });

  it("refuses an edge that does not belong to the size", () => {
    expect(() => CompactRange.fromHashes(3, [leaves[0]!])).toThrow(RangeError);
    expect(() => CompactRange.fromHashes(1, [Buffer.alloc(31)])).toThrow(RangeError);
    expect(() => CompactRange.fromHashes(-1, [])).toThrow(RangeError);
    expect(() => CompactRange.fromHashes(0.5, [])).toThrow(RangeError);
  });
});

/** What a store would hold: every tile that was ever handed out, partial ones too. */
class TileStore {
  readonly tiles = new Map<string, Buffer>();

  add(tiles: readonly Tile[]): void {
    for (const { level, index, width, bytes } of tiles) {
      const path = tilePath(level, index, width);
      const before = this.tiles.get(path);
      if (before !== undefined) expect(bytes.equals(before), path).toBe(true);
      this.tiles.set(path, bytes);
    }
  }

  read = (level: number, index: number, width: number): Buffer => {
    const path = tilePath(level, index, width);
    return this.tiles.get(path) ?? expect.fail(`${path} was never written`);
  };
}

describe("a tile builder", () => {
  it("has the defined root and the defined tiles at every size, with a restart at each", () => {
    const store = new TileStore();
    let builder = new TileBuilder();
    for (let size = 0; size <= SIZE_MAX; size++) {
      if (size <= 600 || sizesAround65536.includes(size)) {
        store.add(builder.takeFull());
        store.add(builder.takeChangedPartials());
        expect(builder.root()).toEqual(definedRoot(0, size));
        for (const tile of tilesOfSize(size)) if (tile.width < 256) expectDefined(tile, store);
        builder = new TileBuilder(size, ({ level, index, width }) => store.read(level, index, width));
      }
      if (size < SIZE_MAX) builder.append(leaves[size]!);
    }
    for (const tile of tilesOfSize(SIZE_MAX)) expectDefined(tile, store);
  });

  function expectDefined({ level, index, width }: Omit<Tile, "bytes">, store: TileStore): void {
    const span = 256 ** level;
    const hashes = Array.from({ length: width }, (_, i) => {
      const begin = (index * 256 + i) * span;
      return definedRoot(begin, begin + span);
    });
    expect(store.read(level, index, width).equals(Buffer.concat(hashes))).toBe(true);
  }

  it("hands out exactly the tiles of the size, full and partial, and each full one once", () => {
    const builder = new TileBuilder();
    const full: Tile[] = [];
    for (let size = 1; size <= SIZE_MAX; size++) {
      builder.append(leaves[size - 1]!);
      if (size % 777 === 0) full.push(...builder.takeFull());
    }
    full.push(...builder.takeFull());
    const names = [...full, ...builder.partials()].map(({ level, index, width }) =>
      tilePath(level, index, width),
    );
    const expected = [...tilesOfSize(SIZE_MAX)].map(({ level, index, width }) =>
      tilePath(level, index, width),
    );
    expect(names.sort()).toEqual(expected.sort());
    expect(builder.takeFull()).toEqual([]);
  });

  it("does not hand out a partial tile again that has not grown", () => {
    const builder = new TileBuilder();
    for (const leaf of leaves.slice(0, 600)) builder.append(leaf);
    expect(builder.takeChangedPartials().map(({ level, width }) => [level, width])).toEqual([
      [0, 88],
      [1, 2],
    ]);
    builder.append(leaves[600]!);
    expect(builder.takeChangedPartials().map(({ level, width }) => [level, width])).toEqual([[0, 89]]);
    expect(builder.takeChangedPartials()).toEqual([]);
    expect(builder.partials()).toHaveLength(2);
  });

  it("leaves the bytes alone that it has handed out", () => {
    const builder = new TileBuilder();
    for (const leaf of leaves.slice(0, 100)) builder.append(leaf);
    const [partial] = builder.partials();
    for (const leaf of leaves.slice(100, 600)) builder.append(leaf);
    expect(partial!.bytes).toEqual(Buffer.concat(leaves.slice(0, 100)));
    expect(builder.takeFull()[0]!.bytes).toEqual(Buffer.concat(leaves.slice(0, 256)));
  });

  it("refuses to start from a tile of another width, or from none", () => {
    const expected = expect.objectContaining({ code: "TILE_MALFORMED" });
    expect(() => new TileBuilder(3, () => Buffer.alloc(64))).toThrow(expected);
    expect(() => new TileBuilder(3)).toThrow(expected);
    expect(() => new TileBuilder(2 ** 53)).toThrow(RangeError);
  });
});

describe("proofs", () => {
  const store = new TileStore();

  beforeAll(() => {
    const builder = new TileBuilder();
    for (let size = 1; size <= SIZE_MAX; size++) {
      builder.append(leaves[size - 1]!);
      if (size <= 600 || sizesAround65536.includes(size)) store.add(builder.partials());
    }
    store.add(builder.takeFull());
  });

  function expectDefinedProofs(size: number, positions: Iterable<number>): void {
    const read = tileHashReader(store.read, size);
    for (const position of positions) {
      expectSame(inclusionProof(position, size, read), definedPath(position, 0, size));
      const first = position + 1;
      expectSame(consistencyProof(first, size, read), definedProof(first, 0, size, true));
    }
    expectSame([rootFromTiles(store.read, size)], [definedRoot(0, size)]);
  }

  /** Comparing buffers one by one with `toEqual` would take most of the time of these tests. */
  function expectSame(actual: readonly Buffer[], expected: readonly Buffer[]): void {
    if (actual.length !== expected.length || !Buffer.concat(actual).equals(Buffer.concat(expected))) {
      expect(actual).toEqual(expected);
    }
  }

  it("are the defined ones for every leaf and every older size of small trees", () => {
    for (let size = 1; size <= 130; size++) expectDefinedProofs(size, Array(size).keys());
  });

  it("are the defined ones for some leaves and older sizes of every tree up to 600", () => {
    for (let size = 131; size <= 600; size++) {
      const positions = [
        0,
        1,
        126,
        127,
        128,
        254,
        255,
        256,
        257,
        510,
        511,
        512,
        size - 2,
        size - 1,
        (size * 7919) % size,
      ];
      expectDefinedProofs(size, new Set(positions.filter((position) => position < size)));
    }
  });

  it.each(sizesAround65536)("are the defined ones in a tree of size %d", (size) => {
    const positions = [0, 255, 256, 32_767, 32_768, 65_279, 65_280, 65_533, 65_535, 65_536, size - 1];
    expectDefinedProofs(size, new Set(positions.filter((position) => position < size)));
  });

  it("do not need tiles when whole subtrees can be read directly", () => {
    expect(inclusionProof(5, 600, readDefined)).toEqual(definedPath(5, 0, 600));
  });

  it("work in trees beyond 32 bits", () => {
    const asked: [number, number][] = [];
    const size = 2 ** 45 + 1;
    const read: ReadHash = (level, index) => {
      asked.push([level, index]);
      return leaves[0]!;
    };
    expect(inclusionProof(2 ** 45, size, read)).toHaveLength(1);
    expect(asked).toEqual([[45, 0]]);
    expect(inclusionProof(2 ** 44, size, read)).toHaveLength(46);
  });

  it("read each tile once, though many hashes come from it", () => {
    let reads = 0;
    const read = tileHashReader((...tile) => {
      reads++;
      return store.read(...tile);
    }, SIZE_MAX);
    for (let index = 0; index < 256; index++) inclusionProof(index, SIZE_MAX, read);
    expect(reads).toBeLessThanOrEqual(4);
  });

  it("keep only so many tiles in memory", () => {
    const reads: number[] = [];
    const read = tileHashReader((...tile) => {
      reads.push(tile[1]);
      return store.read(...tile);
    }, SIZE_MAX);
    for (let tile = 0; tile < 200; tile++) read(0, tile * 256);
    read(0, 199 * 256);
    expect(reads).toHaveLength(200);
    read(0, 0);
    expect(reads).toHaveLength(201);
  });

  it("are not made outside the tree, nor from tiles of a wrong size", () => {
    expect(() => inclusionProof(3, 3, readDefined)).toThrow(RangeError);
    expect(() => inclusionProof(-1, 3, readDefined)).toThrow(RangeError);
    expect(() => inclusionProof(0, 2 ** 53, readDefined)).toThrow(RangeError);
    expect(() => consistencyProof(4, 3, readDefined)).toThrow(RangeError);
    expect(() => consistencyProof(0.5, 3, readDefined)).toThrow(RangeError);
    expect(() => tileHashReader(store.read, 600)(0, 600)).toThrow(RangeError);
    expect(() => tileHashReader(store.read, 600)(1, 300)).toThrow(RangeError);
    expect(() => rootFromTiles(() => Buffer.alloc(31), 1)).toThrow(
      expect.objectContaining({ code: "TILE_MALFORMED" }),
    );
  });
});
