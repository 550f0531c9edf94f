import { copyFile, lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { folderNames, type Witnessed } from "@custody/evidence";
import type { LedgerReader } from "@custody/ledger";
import { type Checkpoint, parseCheckpoint, parseNote } from "@custody/ledger/verifier";
import type { NewFolder } from "../export/new-folder.ts";

/** Checkpoints and timestamps are small; whatever is larger was put there by somebody else. */
const FILE_BYTES_MAX = 1024 * 1024;

/** Copies what others have said about checkpoints of this ledger. Returns the names of the files. */
export async function copyOutside(directory: string, folder: NewFolder): Promise<string[]> {
  const from = join(directory, folderNames.outside);
  const names = await readdir(from).catch(() => []);
  const copied: string[] = [];
  for (const name of names.sort()) {
    const found = await lstat(join(from, name));
    if (!found.isFile() || found.size > FILE_BYTES_MAX || name.endsWith(".tmp")) continue;
    await copyFile(join(from, name), await folder.place(join(folderNames.outside, name)));
    copied.push(name);
  }
  return copied;
}

/** The witnessed checkpoint, with the proof that this one goes on from it; undefined where there is none that fits. */
export async function readWitnessed(
  directory: string,
  reader: LedgerReader,
  { origin, size }: Checkpoint,
): Promise<Witnessed | undefined> {
  const path = join(directory, folderNames.outside, folderNames.witnessed);
  const note = await readFile(path, "utf8").catch(() => undefined);
  const witnessed = note === undefined ? undefined : readCheckpoint(note);
  if (note === undefined || witnessed?.origin !== origin || witnessed.size > size) return undefined;
  const hashes = await reader.proveConsistency(witnessed.size, size);
  return { consistency: hashes.map((hash) => `${hash.toString("base64")}\n`).join(""), note };
}

function readCheckpoint(note: string): Checkpoint | undefined {
  try {
    return parseCheckpoint(parseNote(note).text);
  } catch {
    return undefined;
  }
}
