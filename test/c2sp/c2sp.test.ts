import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CompactRange } from "../../packages/ledger/src/merkle/compact-range.ts";
import { hashLeaf } from "../../packages/ledger/src/merkle/hash.ts";
import { needGoVerifier, runGoVerifier } from "./go-verifier.ts";
import { encodeBundle, type LogKey, makeLogKey, signCheckpoint, writeLogDirectory } from "./log-directory.ts";

const SIZE_MAX = 70_000;
const entries = Array.from({ length: SIZE_MAX }, (_, index) => Buffer.from(`{"i":${index}}`));

let folder: string;
let key: LogKey;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "custody-c2sp-logs-"));
  key = await makeLogKey("example.com/log");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(needGoVerifier);

function rootAt(size: number): Buffer {
  const range = new CompactRange();
  for (const entry of entries.slice(0, size)) range.append(hashLeaf(entry));
  return range.root();
}

function writeOlder(name: string, size: number, root: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, signCheckpoint(size, root, key));
  return path;
}

describe("the Go implementation accepts a log", () => {
  it.each([0, 1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, SIZE_MAX])("of %d entries", (size) => {
    const dir = join(folder, `size-${size}`);
    writeLogDirectory(dir, entries.slice(0, size), key);
    const verdict = runGoVerifier(dir, key.vkey);
    expect(verdict).toEqual({ accepted: true, output: `ok ${size} ${rootAt(size).toString("base64")}` });
  });

  it("with entries that are empty, or as long as a bundle can hold", () => {
    const dir = join(folder, "lengths");
    writeLogDirectory(dir, [Buffer.alloc(0), Buffer.alloc(65_535, 1), Buffer.alloc(0)], key);
    expect(runGoVerifier(dir, key.vkey).output).toMatch(/^ok 3 /);
  });

  it.each([0, 1, 256, 300, 400])("that has kept to an older checkpoint, of %d entries", (older) => {
    const dir = join(folder, "grown");
    writeLogDirectory(dir, entries.slice(0, 400), key);
    expect(runGoVerifier(dir, key.vkey, writeOlder("older", older, rootAt(older))).output).toMatch(
      /^ok 400 /,
    );
  });
});

describe("the Go implementation refuses a log", () => {
  const SIZE = 600;
  let dir: string;

  beforeAll(() => {
    writeLogDirectory(join(folder, "intact"), entries.slice(0, SIZE), key);
  });
  beforeEach(() => {
    dir = mkdtempSync(join(folder, "damaged-"));
    cpSync(join(folder, "intact"), dir, { recursive: true });
    expect(runGoVerifier(dir, key.vkey).accepted).toBe(true);
  });

  function damage(path: string, change: (bytes: Buffer) => Buffer): void {
    const file = join(dir, path);
    writeFileSync(file, change(readFileSync(file)));
  }

  function flip(at: number): (bytes: Buffer) => Buffer {
    return (bytes) => {
      const flipped = Buffer.from(bytes);
      flipped[at < 0 ? bytes.length + at : at]! ^= 1;
      return flipped;
    };
  }

  it.each([
    ["checkpoint", 0, /malformed|no verifiable|invalid signature/],
    ["checkpoint", 17, /malformed|no verifiable|invalid signature/],
    ["checkpoint", -10, /malformed|no verifiable|invalid signature/],
    ["tile/0/000", 0, /tile.0.000: not the hashes/],
    ["tile/0/001", 8191, /not the hashes/],
    ["tile/0/002.p/88", 40, /not the hashes/],
    ["tile/1/000.p/2", 63, /not the hashes/],
    ["tile/entries/000", 5, /entries have the root/],
    ["tile/entries/001", 1, /truncated|entries instead of|entries have the root/],
    ["tile/entries/002.p/88", -1, /entries have the root/],
  ])("with a byte flipped in %s at %d", (path, at, reason) => {
    damage(path, flip(at));
    expectRefused(reason);
  });

  it("with two entries swapped", () => {
    const bundle = entries.slice(256, 512);
    const swapped = bundle.with(100, bundle[101]!).with(101, bundle[100]!);
    damage("tile/entries/001", () => encodeBundle(swapped));
    expectRefused(/entries have the root/);
  });

  it("with an entry changed together with its hash in the tile", () => {
    const forged = Buffer.from("forged");
    damage("tile/entries/001", () => encodeBundle(entries.slice(256, 512).with(100, forged)));
    damage("tile/0/001", (bytes) =>
      Buffer.concat([bytes.subarray(0, 3200), hashLeaf(forged), bytes.subarray(3232)]),
    );
    expectRefused(/entries have the root/);
  });

  it.each([
    ["in the middle of an entry", (bytes: Buffer) => bytes.subarray(0, -1), /truncated/],
    [
      "behind an entry",
      (bytes: Buffer) => encodeBundle(entries.slice(512, SIZE - 1)).subarray(0, bytes.length),
      /87 entries/,
    ],
    ["to nothing", () => Buffer.alloc(0), /0 entries/],
  ])("with a bundle cut off %s", (_, change, reason) => {
    damage("tile/entries/002.p/88", change);
    expectRefused(reason);
  });

  it("with an entry too many in a bundle", () => {
    damage("tile/entries/002.p/88", (bytes) => Buffer.concat([bytes, encodeBundle([Buffer.from("more")])]));
    expectRefused(/89 entries/);
  });

  it("with a tile that is too short, or missing", () => {
    damage("tile/0/002.p/88", (bytes) => bytes.subarray(0, -1));
    expectRefused(/2815 bytes/);
    rmSync(join(dir, "tile/0/002.p/88"));
    expectRefused(/no such file/);
  });

  it("whose checkpoint another key has signed", async () => {
    const stranger = await makeLogKey(key.name);
    writeFileSync(join(dir, "checkpoint"), signCheckpoint(SIZE, rootAt(SIZE), stranger));
    expectRefused(/no verifiable/);
  });

  it("whose checkpoint is rightly signed over another root", () => {
    writeFileSync(join(dir, "checkpoint"), signCheckpoint(SIZE, rootAt(SIZE - 1), key));
    expectRefused(/entries have the root/);
  });

  it("that has not kept to an older checkpoint", () => {
    const rewritten = runGoVerifier(dir, key.vkey, writeOlder("rewritten", 300, rootAt(299)));
    expect(rewritten).toMatchObject({ accepted: false, output: expect.stringContaining("consistency") });
    const shortened = runGoVerifier(dir, key.vkey, writeOlder("shortened", SIZE + 1, rootAt(SIZE + 1)));
    expect(shortened).toMatchObject({ accepted: false, output: expect.stringContaining("now only 600") });
  });

  function expectRefused(reason: RegExp): void {
    const verdict = runGoVerifier(dir, key.vkey);
    expect(verdict.output).toMatch(reason);
    expect(verdict.accepted).toBe(false);
  }
});
