import type { Timestamp } from "@custody/anchors";

/** What a timestamp proves, as the command prints it. */
export interface TimestampWords {
  readonly time: string;
  /** Who says so: the subject of the certificate that signed it. */
  readonly authority: string;
  /** How far the time may be off, where the authority says so. */
  readonly accuracySeconds: number | null;
}

export function timestampWords({ accuracyMs, authority, timeMs }: Timestamp): TimestampWords {
  return {
    time: new Date(timeMs).toISOString(),
    authority,
    accuracySeconds: accuracyMs === undefined ? null : accuracyMs / 1000,
  };
}
