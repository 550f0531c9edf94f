import type { RecordRow } from "@custody/domain";
import { type Connection, followEvents } from "./follow-events.ts";

export interface Follower {
  readonly onRow: (row: RecordRow) => void;
  /** The gap is too large to be sent row by row: the list has to be loaded again. */
  readonly onSnapshot: () => void;
  readonly onConnection: (connection: Connection) => void;
}

/** Follows the stream of records from behind entry `after`, for ever, until `signal`. */
export function followRecords(
  query: string,
  after: number,
  { onConnection, onRow, onSnapshot }: Follower,
  signal: AbortSignal,
): Promise<void> {
  return followEvents(
    `/api/stream?${query}`,
    after >= 0 ? String(after) : "",
    {
      onConnection,
      onEvent: ({ data, event }) => {
        if (event === "record") onRow(JSON.parse(data) as RecordRow);
        if (event === "snapshot") onSnapshot();
      },
    },
    signal,
  );
}
