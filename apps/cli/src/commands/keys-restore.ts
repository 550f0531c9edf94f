import { openRecoveryCopy, type RecoveryCopy } from "@custody/keys";
import { LedgerError, LedgerReader, masterKeyFromBytes, readIdentity } from "@custody/ledger";
import { escapeText } from "@custody/messages";
import { dataDirectory } from "../config/data-directory.ts";
import { CliError } from "../error.ts";
import { keyOptionsFor } from "../keys/key-options.ts";
import { putBack } from "../keys/put-back.ts";
import type { CommandContext } from "./context.ts";
import { readNamedFile } from "./named-file.ts";

export interface KeysRestoreOptions {
  readonly identity: string;
  readonly dryRun?: boolean;
}

/**
 * Puts the master key back where the configuration says that it is kept. A key that does not open this ledger is not
 * put there, and one that does is not replaced.
 */
export async function keysRestore(
  context: CommandContext,
  file: string,
  options: KeysRestoreOptions,
): Promise<number> {
  const { environment, isJson, output } = context;
  const directory = dataDirectory(environment, context);
  const text = readNamedFile(context, file);
  const identities = readNamedFile(context, options.identity, "name the file of the age identity");
  const copy = await openRecoveryCopy(text, identities, options.identity);
  const size = await tryKey(directory, copy);
  const { generation, key, made, origin } = copy;
  if (options.dryRun === true) {
    if (isJson) output.json({ opens: true, generation, made, origin, size });
    else
      output.line(
        escapeText(
          `ok: the copy of ${made} opens ${origin}, generation ${generation}, ${size} entries; nothing was changed`,
        ),
      );
    return 0;
  }
  const keys = await keyOptionsFor(context, directory);
  const { keySource } = keys;
  const { replaced } = await putBack(directory, keys, key);
  if (isJson) output.json({ restored: true, generation, origin, source: keySource.description, replaced });
  else
    output.line(
      escapeText(`the master key of ${origin}, generation ${generation}, is back: ${keySource.description}`),
    );
  if (replaced !== null)
    output.hint(`custody: what was there did not open this ledger, and was kept as ${replaced}`);
  return 0;
}

/** How many entries can be read with it. @throws CliError RECOVERY_WRONG */
async function tryKey(directory: string, { generation, key, ledger, origin }: RecoveryCopy): Promise<number> {
  const here = await readIdentity(directory);
  if (here === undefined)
    throw new CliError("FILE_UNUSABLE", `${directory} holds no ledger`, "name the data directory");
  if (here.id !== ledger)
    throw wrong(
      `it is of another ledger (${origin}), and ${directory} is ${here.origin}`,
      "use the copy of this ledger",
    );
  try {
    return (await LedgerReader.open({ directory, masterKey: masterKeyFromBytes(key) })).size;
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== "MASTER_KEY_WRONG") throw error;
    throw wrong(
      `it is of generation ${generation} of the master key, and the key ring is of generation ${here.keyGeneration}`,
      here.keyGeneration > generation
        ? "use a copy that was made after the rotation; this one opens older backups"
        : "restore the key ring from a newer backup",
    );
  }
}

function wrong(what: string, advice: string): CliError {
  return new CliError("RECOVERY_WRONG", `the recovery copy does not open this ledger: ${what}`, advice);
}
