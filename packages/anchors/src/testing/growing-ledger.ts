import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LedgerReader, masterKeyFromBytes, nodePrimitives, openLedger } from "@custody/ledger";
import { parseVerifierKey } from "@custody/ledger/verifier";
// biome-ignore lint/correctness/noUndeclaredDependencies: the workspace has it, and this file is no part of the package.
import { onTestFinished } from "vitest";
import type { History } from "../held/confirm-held.ts";
import type { SignedCheckpoint } from "../place.ts";
import { signedCheckpoint } from "../signed-checkpoint.ts";

const masterKey = masterKeyFromBytes(Buffer.alloc(32, 7));

/** An empty directory that goes when the test is over. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), "custody-anchors-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A real ledger. A copy of it can be told another story, and sign that: it is what somebody with every key can do. */
export class GrowingLedger implements History {
  readonly directory: string;
  verifierKey!: History["verifierKey"];

  readonly #origin: string;

  constructor(directory: string = temporaryDirectory(), origin = "log.example/shop") {
    this.directory = directory;
    this.#origin = origin;
  }

  copy(): GrowingLedger {
    const copy = new GrowingLedger(undefined, this.#origin);
    cpSync(this.directory, copy.directory, { recursive: true, filter: (path) => !path.includes("lock.") });
    return copy;
  }

  /** Appends entries with this text, and signs. */
  async grow(count: number, text = "as it was"): Promise<SignedCheckpoint> {
    const ledger = await openLedger({
      directory: this.directory,
      masterKey,
      origin: this.#origin,
      segmentBytes: 65_536,
      clock: () => 1_700_000_000_000,
    });
    const source = `${ledger.instance}/test`;
    const entries = Array.from({ length: count }, (_, sequence) => ({
      type: "test.entry",
      timeMs: 1_700_000_000_000,
      scope: { project: "shop", class: "session", session: "one" },
      source,
      sequence,
      payload: text,
    }));
    await ledger.appendAll(entries, "durable");
    const note = await ledger.checkpoint();
    await ledger.close();
    this.verifierKey = await parseVerifierKey(ledger.verifierKey, nodePrimitives);
    return signedCheckpoint(note);
  }

  async proveConsistency(first: number, second: number): Promise<readonly Buffer[]> {
    const reader = await LedgerReader.open({ directory: this.directory, masterKey });
    return reader.proveConsistency(first, second);
  }
}
