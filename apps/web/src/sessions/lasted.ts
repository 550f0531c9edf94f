import type { SessionSummary } from "@custody/domain";

/** How long a session went on: until its end, until now while it runs, and else until the last that is known of it. */
export function lastedMs(
  { endedAt, lastAt, startedAt, state }: Pick<SessionSummary, "endedAt" | "lastAt" | "startedAt" | "state">,
  nowMs: number,
): number {
  const end = endedAt ?? (state === "running" ? undefined : lastAt);
  return (end === undefined ? nowMs : Date.parse(end)) - Date.parse(startedAt);
}
