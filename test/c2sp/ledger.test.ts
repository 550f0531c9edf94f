import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLedger } from "@custody/ledger";
import { afterAll, beforeEach, expect, test } from "vitest";
import { fillLedger } from "./fill-ledger.ts";
import { needGoVerifier, runGoVerifier } from "./go-verifier.ts";

const base = mkdtempSync(join(tmpdir(), "custody-c2sp-ledger-"));

afterAll(() => rmSync(base, { recursive: true, force: true }));
beforeEach(needGoVerifier);

/** A ledger published at exactly `size` entries, its own first ones included, and the same when it was closed. */
async function ledgerOf(size: number): Promise<{ running: string; closed: string; verifierKey: string }> {
  const directory = join(base, `ledger-${size}`);
  const ledger = await openLedger({ directory });
  await fillLedger(ledger, size);
  const checkpoint = await ledger.checkpoint();
  expect(checkpoint.split("\n")[1]).toBe(String(size));
  // As a reader finds it while the writer still runs; closing adds an entry.
  const running = join(base, `running-${size}`);
  cpSync(directory, running, { recursive: true, filter: (path) => !path.includes(".state") });
  await ledger.close();
  return { running, closed: directory, verifierKey: ledger.verifierKey };
}

test.each([255, 256, 257, 70_000])(
  "Go's tlog accepts a real ledger published at %i entries, and when it has grown",
  async (size) => {
    const { running, closed, verifierKey } = await ledgerOf(size);
    expect(runGoVerifier(running, verifierKey)).toMatchObject({ accepted: true });
    expect(runGoVerifier(closed, verifierKey, join(running, "checkpoint"))).toMatchObject({ accepted: true });
  },
  60_000,
);
