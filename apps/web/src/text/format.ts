/** Numbers and times as the reader writes them. */
const count = new Intl.NumberFormat();
const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const dayOfYear = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "short", day: "numeric" });
const moment = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "medium",
  hourCycle: "h23",
});
const short = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumSignificantDigits: 3 });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "always", style: "narrow" });

export function formatCount(value: number): string {
  return count.format(value);
}

/** `12,345` as `12.3K`, where a line has no room for more. */
export function formatCompact(value: number): string {
  return compact.format(value);
}

/** The time of day with milliseconds. */
export function formatClock(time: string): string {
  return formatted(clock, time);
}

/** The day, with its year unless it is this one. */
export function formatDay(time: string): string {
  const isThisYear = time.startsWith(`${new Date().getUTCFullYear()}-`);
  return formatted(isThisYear ? day : dayOfYear, time);
}

export function formatMoment(time: string): string {
  return formatted(moment, time);
}

export function formatShort(time: string): string {
  return formatted(short, time);
}

/** `2026-11-20T17:57:48.852975Z` for people: the time that the record has, to the microsecond, in UTC. */
export function formatUtc(time: string): string {
  return time.replace("T", " ").replace(/Z$/, "");
}

export function formatAge(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return relative.format(-seconds, "second");
  if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3600), "hour");
  return relative.format(-Math.floor(seconds / 86_400), "day");
}

/** How long something went on: its two largest units. */
export function formatSpan(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [
    ["day", Math.floor(seconds / 86_400)],
    ["hour", Math.floor(seconds / 3600) % 24],
    ["minute", Math.floor(seconds / 60) % 60],
    ["second", seconds % 60],
  ] as const;
  const first = parts.findIndex(([unit, value]) => value > 0 || unit === "second");
  return parts
    .slice(first, first + 2)
    .filter(([, value], at) => at === 0 || value > 0)
    .map(([unit, value]) =>
      new Intl.NumberFormat(undefined, { style: "unit", unit, unitDisplay: "narrow" }).format(value),
    )
    .join(" ");
}

/** A duration that came in microseconds. */
export function formatDuration(microseconds: number): string {
  if (microseconds < 1000) return `${count.format(microseconds)} µs`;
  if (microseconds < 1_000_000) return `${(microseconds / 1000).toFixed(microseconds < 10_000 ? 1 : 0)} ms`;
  return `${(microseconds / 1_000_000).toFixed(microseconds < 10_000_000 ? 2 : 1)} s`;
}

export function formatBytes(bytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(units.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const options = {
    style: "unit",
    unit: units[step],
    unitDisplay: "short",
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(undefined, options as Intl.NumberFormatOptions).format(bytes / 1000 ** step);
}

/** A record's time that is not one, from a forged record, is shown as it is. */
function formatted(format: Intl.DateTimeFormat, time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time : format.format(at);
}
