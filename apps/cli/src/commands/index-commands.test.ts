import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LedgerReader, openLedger } from "@custody/ledger";
import { indexOptionsFor, openIndex } from "@custody/views";
import { expect, onTestFinished, test } from "vitest";
import { runProgram } from "../program.ts";
import type { Output } from "../terminal/output.ts";

async function ledgerOf(entries: number): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "custody-index-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const ledger = await openLedger({ directory });
  const scope = { class: "session", project: "p", session: "s" };
  for (let sequence = 0; sequence < entries; sequence += 1)
    await ledger.append(
      { payload: recordText(sequence), scope, sequence, source: "x", timeMs: 1, type: "app.thing" },
      "written",
    );
  await ledger.close();
  return directory;
}

function recordText(number: number): string {
  const id = `0190aaaa-0000-7000-8000-${String(number).padStart(12, "0")}`;
  const time = "2026-01-01T00:00:00.000000Z";
  const message = { key: "app.thing", params: {} };
  return JSON.stringify({
    action: id,
    actor: {},
    id,
    level: "info",
    message,
    project: "p",
    source: { sequence: number, stream: "tests", vantage: "observed" },
    time,
    type: "app.thing",
  });
}

/** Runs the command in this process, and returns what it said in JSON. */
async function index(directory: string, command: string): Promise<unknown> {
  const said: unknown[] = [];
  const output: Output = {
    hint: () => {},
    isColored: false,
    json: (value) => void said.push(value),
    line: () => {},
    log: () => {},
    progress: () => {},
    write: () => {},
  };
  const environment = { variables: {}, version: "0", workingDirectory: directory };
  expect(await runProgram(["index", command, "--json", "--data", directory], environment, output)).toBe(0);
  expect(said).toHaveLength(1);
  return said[0];
}

test("an index is built, and its status says how far it is behind what came since", async () => {
  const directory = await ledgerOf(20);
  const { size } = await LedgerReader.open({ directory });
  expect(await index(directory, "status")).toEqual({
    bytes: 0,
    cursor: null,
    erasures: null,
    size,
    state: "absent",
  });
  expect(await index(directory, "rebuild")).toMatchObject({ cursor: size });
  expect(await index(directory, "status")).toMatchObject({ cursor: size, size, state: "ready" });
  await (await openLedger({ directory })).close();
  expect(await index(directory, "status")).toMatchObject({ cursor: size, size: size + 2, state: "ready" });
  expect(await index(directory, "rebuild")).toMatchObject({ cursor: size + 2 });
});

test("the status says how many orders are carried out in the index, and how far the rest is", async () => {
  const directory = await ledgerOf(20);
  const reader = await LedgerReader.open({ directory });
  const kept = await openIndex(indexOptionsFor(directory, reader));
  await kept.follow();
  const ledger = await openLedger({ directory });
  const keys: string[] = [];
  for await (const { id, scope } of ledger.keys()) if (scope.session === "s") keys.push(id);
  await (await ledger.erase({ by: "b", from: 0, to: ledger.size - 1, keys, reason: "r", rule: "u" })).purged;
  await ledger.close();
  await kept.follow();
  // Closed before anything of the purge can have been done.
  kept.close();
  const { erasures } = (await index(directory, "status")) as { erasures: { purge: { of: number } } };
  expect(erasures).toEqual({ orders: 1, purge: { done: 0, of: expect.any(Number) }, purged: 0 });
  expect(erasures.purge.of).toBeGreaterThan(20);
  const again = await openIndex(indexOptionsFor(directory, reader));
  await again.follow();
  await again.purged();
  again.close();
  expect(await index(directory, "status")).toMatchObject({ erasures: { orders: 1, purge: null, purged: 1 } });
  expect(await index(directory, "rebuild")).toMatchObject({ cursor: reader.size });
  expect(await index(directory, "status")).toMatchObject({ erasures: { orders: 1, purge: null, purged: 1 } });
});

test("an index that somebody keeps is left alone", async () => {
  const directory = await ledgerOf(3);
  const reader = await LedgerReader.open({ directory });
  const kept = await openIndex(indexOptionsFor(directory, reader));
  expect(await index(directory, "status")).toMatchObject({ cursor: null, state: "in-use" });
  await expect(index(directory, "rebuild")).rejects.toMatchObject({ code: "INDEX_IN_USE" });
  kept.close();
  expect(await index(directory, "rebuild")).toMatchObject({ cursor: reader.size });
});
