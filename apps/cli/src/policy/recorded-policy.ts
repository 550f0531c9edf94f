import { type GatewayPolicy, loadPolicy } from "@custody/gateway/rules";
import type { LedgerReader } from "@custody/ledger";
import { matchingEntries } from "../export/matching-entries.ts";
import { recordFilter } from "../records/filter.ts";
import type { IndexedRecord } from "../records/indexed-record.ts";

/** A policy as the ledger has it. */
export interface RecordedPolicy {
  readonly index: number;
  readonly policy: GatewayPolicy;
}

/** The policy with this digest, compiled from its recorded texts; undefined when none of the ledger's is it, or it was destroyed. */
export async function recordedPolicy(
  reader: LedgerReader,
  digest: string,
): Promise<RecordedPolicy | undefined> {
  const filter = recordFilter({ type: "policy.loaded" }, reader, Date.now());
  for await (const { record } of matchingEntries(reader, filter, () => {})) {
    if (record.details?.["digest"] !== digest) continue;
    const policy = compileRecorded(record);
    // What another version wrote may mean something else to this one; then its digest is another, too.
    if (policy?.digest === digest) return { index: record.index, policy };
  }
  return undefined;
}

function compileRecorded({ details = {} }: IndexedRecord): GatewayPolicy | undefined {
  const { builtin, origin, presets, presetTexts, standing, text } = details;
  if (
    typeof text !== "string" ||
    typeof builtin !== "string" ||
    !Array.isArray(presets) ||
    !Array.isArray(presetTexts) ||
    !Array.isArray(standing)
  )
    return undefined;
  try {
    const texts = Object.fromEntries(presets.map((name, at) => [String(name), String(presetTexts[at])]));
    const [production = "", staging = "", development = ""] = standing.map(String);
    return loadPolicy(
      { origin: String(origin), text },
      { builtin, presets: texts, standing: { production, staging, development } },
    );
  } catch {
    return undefined;
  }
}
