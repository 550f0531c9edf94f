import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { outsideEvidence } from "./outside-evidence.ts";

test("evidence is taken along, and what is found out anew is not", () => {
  const data = mkdtempSync(join(tmpdir(), "custody-evidence-"));
  onTestFinished(() => rmSync(data, { recursive: true }));
  expect(outsideEvidence(data)).toEqual([]);
  mkdirSync(join(data, "outside", "timestamp"), { recursive: true });
  for (const path of [
    "state.json",
    "witnessed",
    "timestamp/7.tsr",
    "timestamp/7.tsr.checkpoint",
    "timestamp/8.tsr.1-1.tmp",
  ])
    writeFileSync(join(data, "outside", path), path);
  const found = outsideEvidence(data).map(({ bytes, folder, name }) => [folder, name, String(bytes)]);
  expect(found.sort()).toEqual([
    ["outside", "witnessed", "witnessed"],
    ["outside/timestamp", "7.tsr", "timestamp/7.tsr"],
    ["outside/timestamp", "7.tsr.checkpoint", "timestamp/7.tsr.checkpoint"],
  ]);
});
