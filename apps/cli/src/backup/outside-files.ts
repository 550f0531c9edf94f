import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

export interface OutsideFile {
  /** Below the data directory. */
  readonly folder: string;
  readonly name: string;
  readonly bytes: Buffer;
}

const FOLDER = "outside";

/**
 * What came back from places outside this machine. It is read before the ledger is copied: read after it, a checkpoint could
 * cover more than the copy has, and the copy would look as if it had been cut short.
 */
export function readOutside(data: string): OutsideFile[] {
  const root = join(data, FOLDER);
  if (!existsSync(root)) return [];
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".tmp") && entry.name !== "state.json")
    .map(({ name, parentPath }) => posix.join(FOLDER, parentPath.slice(root.length), name));
  return paths.sort().map((path) => ({
    bytes: readFileSync(join(data, path)),
    folder: dirname(path),
    name: posix.basename(path),
  }));
}
