import type { LedgerReader } from "@custody/ledger";
import { CliError } from "../error.ts";

const PROGRESS_EVERY = 10_000;

/**
 * The entries that evidence of a session consists of, in their order: everything that belongs to it, which begins with the
 * record by which it was opened, and the rules that were in force at any time meanwhile. Records of other sessions, and
 * what Custody recorded about itself, are nobody's business here.
 *
 * @throws CliError NOT_FOUND
 */
export async function chooseEntries(
  reader: LedgerReader,
  session: string,
  onProgress: (index: number) => void,
): Promise<number[]> {
  const reference = reader.reference("session", session);
  const chosen: number[] = [];
  let policies: number[] = [];
  for await (const { i, ses, t } of reader.envelopes()) {
    if (t === "policy.loaded") policies = chosen.length === 0 ? [i] : [...policies, i];
    if (ses === reference) {
      // Rules that were loaded after its last record had no part in it.
      chosen.push(...policies, i);
      policies = [];
    }
    if (i % PROGRESS_EVERY === 0) onProgress(i);
  }
  if (chosen.length > 0) return chosen;
  throw new CliError("NOT_FOUND", `the ledger has no record of session ${session}`, "see `custody log`");
}
