import { join } from "node:path";
import { CheckpointRunner, OutsideFolder, type ProvableLedger } from "@custody/anchors";
import { type LedgerReader, nodePrimitives } from "@custody/ledger";
import { parseCheckpoint, parseNote, parseVerifierKey } from "@custody/ledger/verifier";
import type { DataPathLink } from "../process/data-path-link.ts";
import { outsidePlaces } from "./outside-places.ts";
import { answerOf, type OutsideAnswer } from "./outside-status.ts";
import type { OutsideSettings } from "./settings.ts";

const LOOK_INTERVAL_MS = 1000;

export interface OutsideParts {
  readonly directory: string;
  readonly settings: OutsideSettings;
  readonly link: Pick<DataPathLink, "ask">;
  readonly reader: LedgerReader;
  readonly verifierKey: string;
  readonly nowMs: () => number;
  readonly warn: (text: string) => void;
}

/** What keeps checkpoints outside this machine, while the server runs. */
export interface KeepingOutside {
  readonly status: OutsideAnswer;
  close(): void;
}

/**
 * Brings what the ledger publishes to all places that are configured. It runs here and not in the data path, which it only
 * asks to write records about it.
 */
export async function keepOutside(parts: OutsideParts): Promise<KeepingOutside> {
  const { directory, link, nowMs, reader, settings, verifierKey, warn } = parts;
  const folder = new OutsideFolder(join(directory, "outside"));
  const logKey = await parseVerifierKey(verifierKey, nodePrimitives);
  const found = await outsidePlaces(settings, { folder, ledger: provable(reader), logKey, warn });
  const runner = await CheckpointRunner.open({
    ...found,
    folder,
    monotonicMs: () => performance.now(),
    nowMs,
    random: Math.random,
    readCheckpoint: () => reader.checkpoint(),
    record: async (event) => (await link.ask("recordCheckpoint", event)).index,
    warn,
  });
  const look = () => void runner.look();
  const timer = found.places.length === 0 ? undefined : setInterval(look, LOOK_INTERVAL_MS).unref();
  if (timer !== undefined) look();
  return {
    close: () => clearInterval(timer),
    get status() {
      return answerOf(runner.status);
    },
  };
}

function provable(reader: LedgerReader): ProvableLedger {
  return {
    proveConsistency: (oldSize, size) => reader.proveConsistency(oldSize, size),
    publishedSize: async () => {
      const note = await reader.checkpoint();
      return note === undefined ? 0 : parseCheckpoint(parseNote(note).text).size;
    },
    rootAt: (size) => reader.rootAt(size),
  };
}
