import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LedgerError } from "../error.ts";
import {
  entriesPath,
  parseEntriesPath,
  parseTilePath,
  tilePath,
  tilesOfSize,
  tileWidth,
} from "./tile-path.ts";

describe("the paths of tiles", () => {
  it.each([
    [tilePath(0, 0), "tile/0/000"],
    [tilePath(0, 1_234_067), "tile/0/x001/x234/067"],
    [tilePath(63, 999, 1), "tile/63/999.p/1"],
    [tilePath(1, 1000, 255), "tile/1/x001/000.p/255"],
    [entriesPath(1_234_067), "tile/entries/x001/x234/067"],
    [entriesPath(273, 112), "tile/entries/273.p/112"],
    [tilePath(0, Number.MAX_SAFE_INTEGER), "tile/0/x009/x007/x199/x254/x740/991"],
  ])("are written as %s", (path, expected) => expect(path).toBe(expected));

  it("are read back as they were written", () => {
    const index = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    const width = fc.integer({ min: 1, max: 256 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 63 }), index, width, (level, index, width) => {
        expect(parseTilePath(tilePath(level, index, width))).toEqual({ level, index, width });
        expect(parseEntriesPath(entriesPath(index, width))).toEqual({ index, width });
      }),
    );
  });

  it.each([
    "tile/64/000",
    "tile/00/000",
    "tile/-1/000",
    "tile/0/0",
    "tile/0/0000",
    "tile/0/x000/001",
    "tile/0/x001/x234",
    "tile/0/001/234",
    "tile/0/000.p/0",
    "tile/0/000.p/01",
    "tile/0/000.p/256",
    "tile/0/000.p/",
    "tile/0/000/",
    "tile/0/000\n",
    "/tile/0/000",
    "tile/0/../000",
    "tile/8/0/000",
    "tile/0/x999/x999/x999/x999/x999/999",
    "tile/entries/000",
  ])("are refused when nobody writes them so: %j", (path) => expectMalformed(() => parseTilePath(path)));

  it.each(["tile/0/000", "tile/entries/x000/000", "tile/entries/000.p/256"])(
    "and so are bundles: %j",
    (path) => expectMalformed(() => parseEntriesPath(path)),
  );

  it.each([
    [64, 0, 1],
    [-1, 0, 1],
    [0, -1, 1],
    [0, 0.5, 1],
    [0, 2 ** 53, 1],
    [0, 0, 0],
    [0, 0, 257],
  ])("do not exist for level %d, index %d, width %d", (level, index, width) => {
    expect(() => tilePath(level, index, width)).toThrow(RangeError);
  });
});

describe("the tiles of a tree", () => {
  it("are none for an empty tree", () => expect([...tilesOfSize(0)]).toEqual([]));

  it("are those of the specification's examples", () => {
    expect([...tilesOfSize(256)]).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 1, index: 0, width: 1 },
    ]);
    const tiles = [...tilesOfSize(70_000)];
    expect(tiles.filter(({ level, width }) => level === 0 && width === 256)).toHaveLength(273);
    expect(tiles.filter(({ level, width }) => level > 0 || width < 256)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 0, width: 256 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
  });

  it("have the widths that one can also ask for one by one", () => {
    for (const { level, index, width } of tilesOfSize(70_000))
      expect(tileWidth(level, index, 70_000)).toBe(width);
    expect(tileWidth(0, 274, 70_000)).toBe(0);
    expect(tileWidth(3, 0, 70_000)).toBe(0);
    expect(tileWidth(5, 30, Number.MAX_SAFE_INTEGER)).toBe(256);
    expect(tileWidth(5, 31, Number.MAX_SAFE_INTEGER)).toBe(255);
  });
});

function expectMalformed(act: () => unknown): void {
  expect(act).toThrow(expect.objectContaining({ name: LedgerError.name, code: "TILE_MALFORMED" }));
}
