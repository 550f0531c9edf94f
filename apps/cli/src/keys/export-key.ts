import { checkRecipients, sealRecoveryCopy } from "@custody/keys";
import { type Ledger, LedgerError, readIdentity } from "@custody/ledger";
import type { ExportedKey } from "@custody/server";

/**
 * Makes a recovery copy of the master key in force. It is on record before anybody has it; whoever has put it
 * somewhere notes that, with `noteKeyCopy`.
 *
 * @throws KeysError RECIPIENT_MALFORMED, LedgerError
 */
export async function exportKey(
  ledger: Pick<Ledger, "directory" | "exportMasterKey">,
  recipients: readonly [string, ...string[]],
  by: string,
): Promise<ExportedKey> {
  await checkRecipients(recipients);
  const { directory } = ledger;
  const identity = await readIdentity(directory);
  if (identity === undefined)
    throw new LedgerError("FORMAT_UNKNOWN", `${directory} holds no ledger any more`);
  const { generation, key } = await ledger.exportMasterKey(recipients, by);
  const made = new Date().toISOString();
  const { id, origin } = identity;
  const copy = await sealRecoveryCopy({ generation, key, ledger: id, made, origin }, recipients);
  return { copy, generation, ledger: id, made, origin, recipients };
}

/** A post-quantum recipient has two thousand characters; its beginning tells it from others. */
export function shorten(recipient: string): string {
  return recipient.length <= 80 ? recipient : `${recipient.slice(0, 40)}…`;
}
