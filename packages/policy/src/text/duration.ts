const UNITS_MS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `30s`, `10m`, `1h`, in milliseconds; undefined for anything else, and for nothing at all. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
