import { existsSync, renameSync } from "node:fs";
import type { OpenedKeySource } from "@custody/keys";
import { type KeySource, LedgerError, LedgerReader } from "@custody/ledger";
import { CliError } from "../error.ts";

/**
 * Stores a key that was found to open the ledger. What is in its place and does not open it may be all that is left of
 * something else, and is kept beside.
 *
 * @throws CliError KEY_IN_PLACE, LedgerError MASTER_KEY_FIXED
 */
export async function putBack(
  directory: string,
  { keyFile, keySource }: OpenedKeySource,
  key: Buffer,
): Promise<{ readonly replaced: string | null }> {
  const { description, rotation } = keySource;
  if (await opens(directory, keySource))
    throw new CliError(
      "KEY_IN_PLACE",
      `the master key (${description}) is where it should be, and opens this ledger`,
      "nothing was changed; to try a copy, use --dry-run",
    );
  if (rotation === undefined || keyFile === undefined)
    throw new LedgerError(
      "MASTER_KEY_FIXED",
      `the master key (${description}) cannot be put back from here: the program age shows what to set it to, see docs/keys.md`,
    );
  await rotation.prepare(key);
  const replaced = moveAside(keyFile);
  await rotation.commit();
  return { replaced };
}

/** A service that does not answer is told by its error: whether its key opens the ledger is not known then. */
async function opens(directory: string, keySource: KeySource): Promise<boolean> {
  try {
    await LedgerReader.open({ directory, keySource });
    return true;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "MASTER_KEY_MALFORMED" || code === "MASTER_KEY_WRONG") return false;
    throw error;
  }
}

function moveAside(path: string): string | null {
  if (!existsSync(path)) return null;
  const aside = `${path}.replaced-${new Date().toISOString().replaceAll(":", "-")}`;
  renameSync(path, aside);
  return aside;
}
