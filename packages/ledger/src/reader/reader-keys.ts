import { LedgerError } from "../error.ts";
import { KeyRing } from "../keys/key-ring.ts";
import { type MasterKey, readMasterKey } from "../keys/master-key.ts";
import type { Disk } from "../store/disk.ts";
import { type Format, readFormat } from "../store/format.ts";
import type { Layout } from "../store/layout.ts";
import { deriveKeys, type LedgerKeys } from "../writer/open-keys.ts";

/** The identity of an existing ledger. @throws LedgerError FORMAT_UNKNOWN when the directory holds none. */
export async function existingFormat(disk: Disk, layout: Layout): Promise<Format> {
  const format = await readFormat(disk, layout);
  if (format === undefined)
    throw new LedgerError("FORMAT_UNKNOWN", `${layout.root} holds no ledger: name the data directory`);
  return format;
}

/** The given master key, or the one in its file; undefined when there is none, for a verification without decryption. */
export async function findMasterKey(
  disk: Disk,
  layout: Layout,
  given?: MasterKey,
  file?: string,
): Promise<MasterKey | undefined> {
  return given ?? (await readMasterKey(disk, file ?? layout.masterKey));
}

/** Opens the key ring of an existing ledger as it stands now. */
export async function loadKeys(
  disk: Disk,
  layout: Layout,
  format: Format,
  master: MasterKey,
): Promise<LedgerKeys> {
  const ring = new KeyRing(disk, layout.keyRing, master, format.id);
  const bytes = await disk.read(layout.keyRing);
  if (bytes === undefined)
    throw new LedgerError("KEY_RING_DAMAGED", `${layout.keyRing} is missing: restore it from a copy`);
  ring.load(bytes);
  return { ring, ...deriveKeys(ring, format.origin) };
}
