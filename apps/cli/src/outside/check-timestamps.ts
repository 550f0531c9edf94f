import {
  AnchorError,
  type Certificate,
  type KeptTimestamp,
  keptTimestamps,
  signedCheckpoint,
  verifyTimestamp,
} from "@custody/anchors";
import { LedgerError } from "@custody/ledger";
import { type TimestampWords, timestampWords } from "./timestamp-words.ts";

/** A checkpoint that was there at a time. */
export interface TimestampedCheckpoint extends TimestampWords {
  /** The timestamp, by its path in the data directory. */
  readonly file: string;
  readonly origin: string;
  readonly size: number;
  /** In base64. */
  readonly root: string;
}

interface TimestampFinding {
  readonly code: string;
  readonly file: string;
  readonly message: string;
}

export interface TimestampsReport {
  readonly timestamps: readonly TimestampedCheckpoint[];
  readonly findings: readonly TimestampFinding[];
}

/**
 * Checks every timestamp that was kept beside a ledger: whether it is one of the checkpoint beside it, by an authority that
 * is trusted. Whether the ledger has that checkpoint is not looked at here.
 */
export async function checkTimestamps(
  directory: string,
  roots: readonly Certificate[],
): Promise<TimestampsReport> {
  const timestamps: TimestampedCheckpoint[] = [];
  const findings: TimestampFinding[] = [];
  for (const kept of await keptTimestamps(directory)) {
    try {
      timestamps.push(checkTimestamp(kept, roots));
    } catch (error) {
      if (!(error instanceof AnchorError || error instanceof LedgerError)) throw error;
      findings.push({ code: error.code, file: kept.file, message: error.message });
    }
  }
  return { timestamps, findings };
}

function checkTimestamp(
  { file, note, timestamp }: KeptTimestamp,
  roots: readonly Certificate[],
): TimestampedCheckpoint {
  if (note === undefined)
    throw new AnchorError("EVIDENCE_INVALID", "the checkpoint that it is about is not there");
  const words = timestampWords(verifyTimestamp({ message: note, roots, timestamp }));
  const { origin, root, size } = signedCheckpoint(note.toString("utf8"));
  return { file, origin, size, root: root.toString("base64"), ...words };
}
