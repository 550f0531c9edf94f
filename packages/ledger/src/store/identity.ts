import { parseRow } from "../keys/ring-row.ts";
import { type Disk, nodeDisk } from "./disk.ts";
import { readFormat } from "./format.ts";
import { layoutOf } from "./layout.ts";

/** What can be told of a ledger without its master key. */
export interface LedgerIdentity {
  /** In hex. It never changes, also where a copy goes on under another origin. */
  readonly id: string;
  readonly origin: string;
  /** How often the master key was rotated, and one; 0 while there is no key ring yet. */
  readonly keyGeneration: number;
}

/** Undefined when the directory holds no ledger. @throws LedgerError FORMAT_UNKNOWN, FORMAT_NEWER, KEY_RING_DAMAGED */
export async function readIdentity(
  directory: string,
  disk: Disk = nodeDisk,
): Promise<LedgerIdentity | undefined> {
  const layout = layoutOf(directory);
  const format = await readFormat(disk, layout);
  if (format === undefined) return undefined;
  const ring = await disk.read(layout.keyRing);
  // The first row is the index key's, which every rotation wraps anew and nobody destroys.
  const end = ring?.indexOf("\n") ?? -1;
  const keyGeneration = ring && end >= 0 ? parseRow(ring.toString("latin1", 0, end)).kek : 0;
  return { id: format.id.toString("hex"), keyGeneration, origin: format.origin };
}
