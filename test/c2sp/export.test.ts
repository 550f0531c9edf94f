import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "@custody/ledger";
import {
  entriesPath,
  parseEntriesPath,
  parseTilePath,
  tilePath,
  tilesOfSize,
} from "@custody/ledger/verifier";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { buildCommand, run } from "../export/run-command.ts";
import { fillLedger } from "./fill-ledger.ts";
import { needGoVerifier, runGoVerifier } from "./go-verifier.ts";

const base = mkdtempSync(join(tmpdir(), "custody-c2sp-export-"));

beforeAll(buildCommand, 120_000);
afterAll(() => rmSync(base, { recursive: true, force: true }));
beforeEach(needGoVerifier);

/** A ledger whose newest checkpoint has this size. */
async function ledgerOf(size: number): Promise<{ directory: string; verifierKey: string }> {
  const directory = join(base, `ledger-${size}`);
  const ledger = await openLedger({ directory });
  // Closing adds one entry of the ledger's own.
  await fillLedger(ledger, size - 1);
  await ledger.close();
  return { directory, verifierKey: ledger.verifierKey };
}

function filesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

/** What c2sp.org/tlog-tiles says that a log of this size has. */
function filesOfSize(size: number): string[] {
  const tiles = [...tilesOfSize(size)].map(({ index, level, width }) => tilePath(level, index, width));
  const bundles = Array.from({ length: Math.ceil(size / 256) }, (_, index) =>
    entriesPath(index, Math.min(256, size - index * 256)),
  );
  return ["checkpoint", ...tiles, ...bundles].sort();
}

test.each([8, 255, 256, 257, 512, 65_536, 65_793])(
  "Go's tlog accepts an exported log of %i entries, and there is nothing else in the directory",
  async (size) => {
    const { directory, verifierKey } = await ledgerOf(size);
    const exported = join(base, `export-${size}`);
    const { code, err, out } = run(
      base,
      "export",
      "--data",
      directory,
      "--format",
      "tlog",
      "-o",
      exported,
      "--json",
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out)).toMatchObject({ records: size, size });
    expect(filesOf(exported)).toEqual(filesOfSize(size));
    expect(runGoVerifier(exported, verifierKey)).toEqual({
      accepted: true,
      output: `ok ${size} ${JSON.parse(out).root}`,
    });
  },
  240_000,
);

test("what was exported before is the beginning of what is exported later", async () => {
  const { directory, verifierKey } = await ledgerOf(300);
  const checkpoint = join(base, "kept");
  cpSync(join(directory, "checkpoint"), checkpoint);
  const ledger = await openLedger({ directory });
  await ledger.close();
  const exported = join(base, "export-grown");
  expect(run(base, "export", "--data", directory, "--format", "tlog", "-o", exported).code).toBe(0);
  expect(runGoVerifier(exported, verifierKey, checkpoint)).toMatchObject({ accepted: true });
  expect(readFileSync(join(exported, "checkpoint"), "utf8").split("\n")[1]).toBe("302");
});

test("a file that is too much, or in the wrong place, would be seen", () => {
  const wanted = filesOfSize(300);
  expect(wanted).toEqual([
    "checkpoint",
    "tile/0/000",
    "tile/0/001.p/44",
    "tile/1/000.p/1",
    "tile/entries/000",
    "tile/entries/001.p/44",
  ]);
  for (const path of wanted.slice(1))
    expect(() => (path.includes("entries") ? parseEntriesPath(path) : parseTilePath(path))).not.toThrow();
});
