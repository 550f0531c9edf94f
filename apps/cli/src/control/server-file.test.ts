import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readServerFile, writeServerFile } from "./server-file.ts";

test("a server that was killed is not looked for where another program may listen by now", () => {
  const directory = mkdtempSync(join(tmpdir(), "custody-data-"));
  onTestFinished(() => rmSync(directory, { force: true, recursive: true }));
  const url = "http://127.0.0.1:7070";
  writeServerFile(directory, { pid: process.pid, url });
  expect(readServerFile(directory)).toEqual({ pid: process.pid, url });
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeServerFile(directory, { pid, url });
  expect(readServerFile(directory)).toBeUndefined();
  // To the system, these would mean many processes at once.
  for (const group of [0, -1]) {
    writeServerFile(directory, { pid: group, url });
    expect(readServerFile(directory)).toBeUndefined();
  }
});
