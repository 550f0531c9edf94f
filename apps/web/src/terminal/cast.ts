/** A piece of a recording, as the server sends it: an asciicast v3 that begins at `fromUs`. */
export interface CastPiece {
  readonly piece: number;
  readonly fromUs: number;
  readonly recording: string;
}

/** `atUs` is since the recording began. `o` is output, `r` a size as `80x24`; others are not played. */
export interface CastEvent {
  readonly atUs: number;
  readonly code: string;
  readonly data: string;
}

/**
 * The events of a piece: https://docs.asciinema.org/manual/asciicast/v3/. A line that is none is left out, since what was recorded
 * of somebody else's program cannot be made good here, and the rest of it can be seen.
 */
export function eventsIn({ fromUs, recording }: CastPiece): readonly CastEvent[] {
  const events: CastEvent[] = [];
  let atUs = fromUs;
  for (const line of recording.split("\n").slice(1)) {
    const event = line === "" || line.startsWith("#") ? undefined : parsed(line);
    if (event === undefined) continue;
    const [seconds, code, data] = event;
    atUs += Math.round(seconds * 1e6);
    if (code === "o" || code === "r") events.push({ atUs, code, data });
  }
  return events;
}

function parsed(line: string): readonly [number, string, string] | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (!Array.isArray(value)) return undefined;
    const [seconds, code, data] = value as unknown[];
    const isEvent = typeof seconds === "number" && seconds >= 0 && Number.isFinite(seconds);
    return isEvent && typeof code === "string" && typeof data === "string"
      ? [seconds, code, data]
      : undefined;
  } catch {
    return undefined;
  }
}

/** Longer than this nobody waits for the next thing to happen. */
const IDLE_US_MAX = 2_000_000;

/** The same events, with pauses cut: `atUs` is then the time of the replay, which begins at 0. */
export function withoutIdle(events: readonly CastEvent[]): readonly CastEvent[] {
  let before = events[0]?.atUs ?? 0;
  let atUs = 0;
  return events.map((event) => {
    atUs += Math.min(IDLE_US_MAX, Math.max(0, event.atUs - before));
    before = event.atUs;
    return { ...event, atUs };
  });
}
