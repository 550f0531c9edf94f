import { keptTimestamps } from "@custody/anchors";
import type { Finding, VerifyReport } from "@custody/ledger";
import type { CommandContext } from "../commands/context.ts";
import { checkTimestamps, type TimestampedCheckpoint } from "./check-timestamps.ts";
import { timestampRoots } from "./timestamp-roots.ts";

/** Like a finding of the ledger's; it may also have a code of packages/anchors. */
interface OutsideFinding extends Omit<Finding, "code"> {
  readonly code: string;
}

export interface VerifiedTimestamps {
  /** Those of which the ledger has the checkpoint. */
  readonly timestamps: readonly TimestampedCheckpoint[];
  /** All, of the ledger and of timestamps. */
  readonly findings: readonly OutsideFinding[];
}

/** Adds to what was found in a ledger what the timestamps say that were kept beside it. */
export async function verifyTimestamps(
  context: CommandContext,
  directory: string,
  { findings }: Pick<VerifyReport, "findings">,
  namedRoots: string | undefined,
): Promise<VerifiedTimestamps> {
  const roots = timestampRoots(context, namedRoots);
  if (roots === undefined) {
    const { length } = await keptTimestamps(directory);
    if (length > 0)
      context.output.hint(
        `custody: ${length} timestamps were not checked: name the roots with --timestamps-roots`,
      );
    return { findings, timestamps: [] };
  }
  const checked = await checkTimestamps(directory, roots);
  const byCheckpoint = new Map(
    checked.timestamps.map((timestamp) => [`${timestamp.file}.checkpoint`, timestamp]),
  );
  const contradicted = findings.map((finding) => withTime(finding, byCheckpoint.get(finding.file)));
  const files = new Set(findings.map(({ file }) => file));
  return {
    findings: [...contradicted, ...checked.findings],
    timestamps: checked.timestamps.filter(({ file }) => !files.has(`${file}.checkpoint`)),
  };
}

/** A checkpoint that the ledger does not have, and that was there nevertheless. */
function withTime(finding: Finding, timestamp: TimestampedCheckpoint | undefined): OutsideFinding {
  if (timestamp === undefined) return finding;
  const { authority, time } = timestamp;
  return { ...finding, message: `${finding.message}; and yet it was there at ${time}, says ${authority}` };
}
