import type { LedgerReader } from "@custody/ledger";
import { compileRecorded, type Policy } from "@custody/policy";
import { matchingEntries } from "../export/matching-entries.ts";
import { recordFilter } from "../records/filter.ts";

/** A policy as the ledger has it. */
export interface RecordedPolicy {
  readonly index: number;
  readonly policy: Policy;
}

/** The policy with this digest, compiled from its recorded texts; undefined when none of the ledger's is it, or it was destroyed. */
export async function recordedPolicy(
  reader: LedgerReader,
  digest: string,
): Promise<RecordedPolicy | undefined> {
  const filter = recordFilter({ type: "policy.loaded" }, reader, Date.now());
  for await (const { record } of matchingEntries(reader, filter, () => {})) {
    if (record.details?.["digest"] !== digest) continue;
    const policy = compileRecorded(record.details);
    // What another version wrote may mean something else to this one; then its digest is another, too.
    if (policy?.digest === digest) return { index: record.index, policy };
  }
  return undefined;
}
