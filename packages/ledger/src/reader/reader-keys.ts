import { LedgerError } from "../error.ts";
import { KeyRing } from "../keys/key-ring.ts";
import { candidates, type KeyOptions, sourceOf, unlock } from "../keys/unlock.ts";
import type { Disk } from "../store/disk.ts";
import { type Format, readFormat } from "../store/format.ts";
import type { Layout } from "../store/layout.ts";
import { deriveKeys, type LedgerKeys } from "../writer/open-keys.ts";

/** A rotation changes ring and key one after the other, so one more look finds them together. */
const ATTEMPTS_MAX = 3;

/** The identity of an existing ledger. @throws LedgerError FORMAT_UNKNOWN when the directory holds none. */
export async function existingFormat(disk: Disk, layout: Layout): Promise<Format> {
  const format = await readFormat(disk, layout);
  if (format === undefined)
    throw new LedgerError("FORMAT_UNKNOWN", `${layout.root} holds no ledger: name the data directory`);
  return format;
}

/**
 * Opens the key ring of an existing ledger as it stands now; undefined where there is no master key at all, for a
 * verification without decryption. A writer may rotate the key at any moment, so a key that does not fit is looked for
 * anew before it is called wrong.
 */
export async function loadKeys(
  disk: Disk,
  layout: Layout,
  format: Format,
  options: KeyOptions,
): Promise<LedgerKeys | undefined> {
  const source = sourceOf(disk, layout, options);
  const previous = options.previousKeySources ?? [];
  if ((await candidates(source, previous).next()).done) return undefined;
  for (let attempt = 1; ; attempt += 1) {
    const ring = new KeyRing(disk, layout.keyRing, format.id, async (opens) => {
      return (await unlock(source, opens, layout.keyRing, previous)).master;
    });
    try {
      if (await ring.load()) return { ring, ...deriveKeys(ring, format.origin) };
    } catch (error) {
      const isWrong = error instanceof LedgerError && error.code === "MASTER_KEY_WRONG";
      if (!isWrong || attempt === ATTEMPTS_MAX) throw error;
      continue;
    }
    throw new LedgerError("KEY_RING_DAMAGED", `${layout.keyRing} is missing: restore it from a copy`);
  }
}

/** The keys, for those who cannot do without. @throws LedgerError MASTER_KEY_MALFORMED when there is none */
export async function needKeys(
  disk: Disk,
  layout: Layout,
  format: Format,
  options: KeyOptions,
): Promise<LedgerKeys> {
  const keys = await loadKeys(disk, layout, format, options);
  if (keys !== undefined) return keys;
  const source = sourceOf(disk, layout, options);
  const where = "description" in source ? source.description : "the given key";
  throw new LedgerError(
    "MASTER_KEY_MALFORMED",
    `there is no master key (${where}): the records cannot be read without it`,
  );
}
