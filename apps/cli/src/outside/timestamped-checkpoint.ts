import {
  type KeptTimestamp,
  keptTimestamps,
  type SignedCheckpoint,
  signedCheckpoint,
} from "@custody/anchors";
import type { LedgerReader } from "@custody/ledger";

/** A checkpoint that an authority has signed with the time, as the server keeps it. */
export interface TimestampedNote {
  readonly note: string;
  readonly timestamp: Buffer;
}

/**
 * The oldest one that covers the entry: its time says most. Undefined where there is none of this ledger as it is now.
 * Whether the timestamp is right is not looked at here; whoever checks the receipt does, by roots of their own.
 */
export async function timestampedCheckpoint(
  directory: string,
  reader: LedgerReader,
  index: number,
): Promise<TimestampedNote | undefined> {
  let oldest: (TimestampedNote & { readonly size: number }) | undefined;
  for (const kept of await keptTimestamps(directory)) {
    const checkpoint = checkpointOf(kept);
    if (
      checkpoint === undefined ||
      index >= checkpoint.size ||
      checkpoint.size > (oldest?.size ?? reader.size)
    )
      continue;
    const { note, origin, root, size } = checkpoint;
    if (origin === reader.origin && root.equals(await reader.rootAt(size)))
      oldest = { note, size, timestamp: kept.timestamp };
  }
  return oldest;
}

/** Undefined for one that is damaged, which `custody verify` finds. */
function checkpointOf({ note }: KeptTimestamp): SignedCheckpoint | undefined {
  try {
    return note && signedCheckpoint(note.toString("utf8"));
  } catch {
    return undefined;
  }
}
