import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export interface EvidenceFile {
  /** Its folder below the data directory, and its name there. */
  readonly folder: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** What is known about the places is found out anew by whoever goes on from a copy. */
const LEFT_OUT = /(^|\/)state\.json$|\.tmp$/;

/**
 * What came back from places outside. Read before the ledger is copied: what came later may be about entries that the copy
 * does not have, and would make it look cut short.
 */
export function outsideEvidence(data: string): EvidenceFile[] {
  const root = join(data, "outside");
  return filesBelow(root)
    .filter((path) => !LEFT_OUT.test(path))
    .map((path) => ({
      bytes: readFileSync(path),
      folder: relative(data, dirname(path)),
      name: relative(dirname(path), path),
    }));
}

function filesBelow(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name, parentPath }) => join(parentPath, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
