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
      { payload: "{}", scope, sequence, source: "x", timeMs: 1, type: "app.thing" },
      "written",
    );
  await ledger.close();
  return directory;
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
  expect(await index(directory, "status")).toEqual({ bytes: 0, cursor: null, size, state: "absent" });
  expect(await index(directory, "rebuild")).toMatchObject({ cursor: size });
  expect(await index(directory, "status")).toMatchObject({ cursor: size, size, state: "ready" });
  await (await openLedger({ directory })).close();
  expect(await index(directory, "status")).toMatchObject({ cursor: size, size: size + 2, state: "ready" });
  expect(await index(directory, "rebuild")).toMatchObject({ cursor: size + 2 });
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
