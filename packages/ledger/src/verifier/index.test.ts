import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as verifier from "./index.ts";

it("the verifier's face is this, and growing it is a decision", () => {
  expect(Object.keys(verifier).sort()).toEqual([
    "LedgerError",
    "PartialTree",
    "TILE_WIDTH",
    "commitment",
    "decodeBase64",
    "encodeBase64",
    "entriesPath",
    "formatCheckpoint",
    "formatCosignerKey",
    "formatDisclosure",
    "formatEnvelope",
    "formatNote",
    "formatReceipt",
    "formatVerifierKey",
    "isQuorum",
    "leafHash",
    "nodeHash",
    "openCosignedCheckpoint",
    "openNote",
    "parseCheckpoint",
    "parseCosignerKey",
    "parseDisclosure",
    "parseEntriesPath",
    "parseEnvelope",
    "parseNote",
    "parseReceipt",
    "parseTilePath",
    "parseVerifierKey",
    "parseWitnessPolicy",
    "tilePath",
    "tileWidth",
    "tilesOfSize",
    "verifyConsistency",
    "verifyCosignature",
    "verifyDisclosure",
    "verifyInclusion",
    "verifyOpening",
    "verifyReceipt",
    "webPrimitives",
  ]);
});

describe("the verifier runs in a browser", () => {
  it("because nothing that it imports, directly or not, is of Node", () => {
    const sources = importGraph(new URL("./index.ts", import.meta.url));
    expect(sources.size).toBeGreaterThan(15);
    for (const [url, source] of sources) expect(nodeUses(source), url).toEqual([]);
  });

  it("and the check finds what it looks for", () => {
    expect(nodeUses('import { hash } from "node:crypto";')).toEqual(["node:crypto"]);
    expect(nodeUses('export * from "fs";')).toEqual(["fs"]);
    expect(nodeUses('const fs = await import("./x.ts"), y = import("node:fs");')).toEqual(["node:fs"]);
    expect(nodeUses("Buffer.from(x); globalThis.Buffer; process.env")).toEqual([
      "Buffer",
      "Buffer",
      "process",
    ]);
    expect(nodeUses("// Buffer\n/* node: Buffer */ new ArrayBuffer(1)")).toEqual([]);
  });
});

const IMPORT = /\b(?:from|import)\s*\(?\s*"([^"]+)"/g;

function nodeUses(source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, "");
  const imports = [...code.matchAll(IMPORT)].map(([, specifier]) => specifier!);
  const names = [...code.matchAll(/\b(?:Buffer|process|require|setImmediate)\b/g)].map(([name]) => name);
  return [...imports.filter((specifier) => !specifier.startsWith(".")), ...names];
}

function importGraph(url: URL, seen: Map<string, string> = new Map()): Map<string, string> {
  if (seen.has(url.href)) return seen;
  const source = readFileSync(url, "utf8");
  seen.set(url.href, source);
  for (const [, specifier] of source.matchAll(IMPORT)) {
    if (specifier!.startsWith(".")) importGraph(new URL(specifier!, url), seen);
  }
  return seen;
}
