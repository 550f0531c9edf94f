import { formatTime } from "./date-time.ts";

const int4Max = 2_147_483_647;
const int8Max = 9_223_372_036_854_775_807n;

/** Microseconds, days and months, each with a sign of its own; shown in IntervalStyle `postgres`. */
export function decodeInterval(bytes: Buffer): string | undefined {
  if (bytes.length !== 16) return undefined;
  const microseconds = bytes.readBigInt64BE(0);
  const days = bytes.readInt32BE(8);
  const months = bytes.readInt32BE(12);
  if (microseconds === int8Max && days === int4Max && months === int4Max) return "infinity";
  if (microseconds === -int8Max - 1n && days === -int4Max - 1 && months === -int4Max - 1) return "-infinity";
  return formatInterval(Math.trunc(months / 12), months % 12, days, microseconds);
}

/** A positive part behind a negative one shows its plus: `-1 days +02:03:00`. */
function formatInterval(years: number, months: number, days: number, microseconds: bigint): string {
  const parts: string[] = [];
  let isAfterNegative = false;
  for (const [count, unit] of [
    [years, "year"],
    [months, "mon"],
    [days, "day"],
  ] as const) {
    if (count === 0) continue;
    parts.push(`${isAfterNegative && count > 0 ? "+" : ""}${count} ${unit}${count === 1 ? "" : "s"}`);
    isAfterNegative = count < 0;
  }
  if (microseconds !== 0n || parts.length === 0) {
    const sign = microseconds < 0n ? "-" : isAfterNegative ? "+" : "";
    parts.push(sign + formatTime(microseconds < 0n ? -microseconds : microseconds));
  }
  return parts.join(" ");
}
