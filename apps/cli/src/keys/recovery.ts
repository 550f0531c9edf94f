import { join } from "node:path";
import { type Ledger, nodeDisk } from "@custody/ledger";
import { writeDurably } from "../backup/manifest.ts";
import type { MasterKeyConfig } from "../config/master-key.ts";
import { CliError } from "../error.ts";
import { exportKey } from "./export-key.ts";
import { noteKeyCopy, readKeyCopy } from "./key-copy.ts";

/** The folder of the data directory with the recovery copies that Custody makes by itself. */
export const RECOVERY_FOLDER = "recovery";

/** Whether, and how, people are told that nobody has a copy of the master key. */
export interface RecoveryState {
  readonly copiedAt: string | null;
  readonly needsCopy: boolean;
}

/** `isTour`: what is there is for trying out, and nobody wants to keep it. */
export function recoveryState(
  directory: string,
  generation: number,
  config: Pick<MasterKeyConfig, "requireRecovery"> | undefined,
  isTour: boolean,
): RecoveryState {
  const copiedAt = readKeyCopy(directory, generation)?.time ?? null;
  return { copiedAt, needsCopy: copiedAt === null && !isTour && config?.requireRecovery !== false };
}

/**
 * With `requireRecovery: true`, only the first run may go without a copy: somebody has to be able to start before they
 * can export what the start makes.
 *
 * @throws CliError RECOVERY_MISSING
 */
export function refuseWithoutRecovery(
  directory: string,
  generation: number,
  config: MasterKeyConfig | undefined,
  recipients: readonly string[],
): void {
  const isFirst = generation === 0;
  if (config?.requireRecovery !== true || isFirst || recipients.length > 0) return;
  if (readKeyCopy(directory, generation) !== undefined) return;
  throw new CliError(
    "RECOVERY_MISSING",
    `there is no recovery copy of the master key, generation ${generation}, and masterKey.requireRecovery wants one`,
    "make it: custody keys export --to AGE-RECIPIENT -o FILE",
  );
}

/** Keeps a recovery copy of the key in force in the data directory, where backups take it along. */
export async function keepRecoveryCopy(
  ledger: Pick<Ledger, "directory" | "exportMasterKey" | "keyGeneration">,
  recipients: readonly string[],
): Promise<string | undefined> {
  const [first, ...others] = recipients;
  const { directory, keyGeneration } = ledger;
  if (first === undefined || readKeyCopy(directory, keyGeneration) !== undefined) return undefined;
  const { copy, generation, made } = await exportKey(ledger, [first, ...others], "custody.yaml");
  const folder = join(directory, RECOVERY_FOLDER);
  await nodeDisk.makeDirectory(folder);
  const name = `generation-${generation}.age`;
  await writeDurably(folder, name, copy);
  noteKeyCopy(directory, { generation, time: made });
  // A copy of a former key opens former copies of the ledger, and nothing that is here.
  for (const former of await nodeDisk.list(folder))
    if (/^generation-\d+\.age$/.test(former) && former !== name) await nodeDisk.remove(join(folder, former));
  return join(folder, name);
}

/** The same for whoever goes on without one: then people are reminded. */
export async function tryToKeepRecoveryCopy(
  ledger: Parameters<typeof keepRecoveryCopy>[0],
  recipients: readonly string[],
  warn: (text: string) => void,
): Promise<void> {
  await keepRecoveryCopy(ledger, recipients).catch((error: Error) =>
    warn(`no recovery copy of the new master key could be made: ${error.message}`),
  );
}

/** What is said at the start. Loudly where the ledger is new: it is the last moment at which nothing is lost yet. */
export function recoveryWarning(generation: number, source: string, isNew: boolean): string {
  if (!isNew)
    return `there is no recovery copy of the master key, generation ${generation}: custody keys export --to AGE-RECIPIENT`;
  return [
    `THERE IS NO RECOVERY COPY OF THE MASTER KEY (generation ${generation}).`,
    `It is kept in: ${source}. Should it be lost, nobody can ever read this ledger again, nor any backup of it.`,
    "Make a copy, and keep it away from this machine:",
    "",
    "  age-keygen -o custody-recovery.txt       # once; it prints the recipient, age1…; keep this file apart",
    "  custody keys export --to age1… -o custody-recovery.age",
    "",
    "docs/keys.md says more; `masterKey: { requireRecovery: false }` in custody.yaml ends this reminder.",
  ].join("\n");
}
