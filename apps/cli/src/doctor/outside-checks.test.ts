import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OutsideFolder, type PlaceState } from "@custody/anchors";
import { expect, onTestFinished, test } from "vitest";
import { checkOutside } from "./outside-checks.ts";

const now = Date.parse("2026-11-27T12:00:00Z");
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

async function checked(...places: readonly Partial<PlaceState>[]) {
  const directory = mkdtempSync(join(tmpdir(), "custody-doctor-"));
  onTestFinished(() => rmSync(directory, { force: true, recursive: true }));
  const known = places.map((place) => ({ everyMs: 60_000, kind: "witness", name: "w", ...place }) as const);
  if (places.length > 0) await new OutsideFolder(join(directory, "outside")).writeState(known);
  const found = await checkOutside(directory, undefined, now);
  return found.map(({ status, what }) => `${status}: ${what}`);
}

const kept = { origin: "log.example", size: 41, time: ago(3) };
const failure = {
  code: "PLACE_UNREACHABLE",
  isContradiction: false,
  message: "nobody answers",
  recordedAs: "failed",
  since: ago(3),
  tries: 4,
} as const;

test("where no place is known, that is said", async () => {
  expect(await checked()).toEqual([
    "warn: tamper-detecting only: no copy of a checkpoint outside this machine",
  ]);
});

test("a place that never kept anything is no copy", async () => {
  expect(await checked({ failure })).toEqual([
    "warn: tamper-detecting only: no copy of a checkpoint outside this machine yet",
    expect.stringContaining("warn: witness w has no checkpoint; it fails since"),
  ]);
});

test("a place that has one is well, and for a while also when it fails", async () => {
  expect(await checked({ kept }, { failure, kept, name: "v" })).toEqual([
    `ok: witness w has the checkpoint of 41 entries since ${ago(3)}`,
    expect.stringMatching(/^ok: witness v has .*it fails since.*nobody answers/),
  ]);
  expect(await checked({ failure: { ...failure, since: ago(30) }, kept })).toEqual([
    expect.stringMatching(/^warn: witness w/),
  ]);
});

test("a contradiction is a fail", async () => {
  const contradicted = { ...failure, code: "PLACE_CONTRADICTED", isContradiction: true };
  expect(await checked({ failure: contradicted, kept })).toEqual([
    expect.stringMatching(/^fail: witness w has .*contradicts the ledger: nobody answers/),
  ]);
});
