const microsecondsPerDay = 86_400_000_000n;
/** 2000-01-01, from which PostgreSQL counts, as a Julian day. */
const epochJulianDay = 2_451_545;
const int4Max = 2_147_483_647;
const int8Max = 9_223_372_036_854_775_807n;
/** 4714-11-24 BC, the first day there is, and the last ones of date and timestamp (5874897-12-31, 294276-12-31). */
const firstJulianDay = 0;
const lastDateJulianDay = 2_147_483_493;
const lastTimestampJulianDay = 109_203_527;

/** Days since 2000-01-01; the extremes mean infinity. */
export function decodeDate(bytes: Buffer): string | undefined {
  if (bytes.length !== 4) return undefined;
  const days = bytes.readInt32BE();
  if (days === int4Max) return "infinity";
  if (days === -int4Max - 1) return "-infinity";
  const julianDay = days + epochJulianDay;
  if (julianDay < firstJulianDay || julianDay > lastDateJulianDay) return undefined;
  const { date, era } = formatDay(julianDay);
  return date + era;
}

/** Microseconds since midnight; 24:00:00 is a time too. */
export function decodeTime(bytes: Buffer): string | undefined {
  if (bytes.length !== 8) return undefined;
  const microseconds = bytes.readBigInt64BE();
  return microseconds < 0n || microseconds > microsecondsPerDay ? undefined : formatTime(microseconds);
}

/** A time, and the zone in seconds west of Greenwich. */
export function decodeTimetz(bytes: Buffer): string | undefined {
  const time = bytes.length === 12 ? decodeTime(bytes.subarray(0, 8)) : undefined;
  return time === undefined ? undefined : time + formatZone(-bytes.readInt32BE(8));
}

export function decodeTimestamp(bytes: Buffer): string | undefined {
  return formatTimestamp(bytes, "");
}

/** Sent in UTC, and shown in it: the session's time zone is not the record's. */
export function decodeTimestamptz(bytes: Buffer): string | undefined {
  return formatTimestamp(bytes, "+00");
}

function formatTimestamp(bytes: Buffer, zone: string): string | undefined {
  if (bytes.length !== 8) return undefined;
  const microseconds = bytes.readBigInt64BE();
  if (microseconds === int8Max) return "infinity";
  if (microseconds === -int8Max - 1n) return "-infinity";
  const ofDay = ((microseconds % microsecondsPerDay) + microsecondsPerDay) % microsecondsPerDay;
  const julianDay = Number((microseconds - ofDay) / microsecondsPerDay) + epochJulianDay;
  if (julianDay < firstJulianDay || julianDay > lastTimestampJulianDay) return undefined;
  const { date, era } = formatDay(julianDay);
  return `${date} ${formatTime(ofDay)}${zone}${era}`;
}

/** The Gregorian calendar, also before it was invented (Fliegel and Van Flandern's algorithm). */
function formatDay(julianDay: number): { date: string; era: string } {
  const shifted = julianDay + 32_044;
  const quadricentury = Math.floor((4 * shifted + 3) / 146_097);
  const ofQuadricentury = shifted - Math.floor((146_097 * quadricentury) / 4);
  const yearOf = Math.floor((4 * ofQuadricentury + 3) / 1461);
  const ofYear = ofQuadricentury - Math.floor((1461 * yearOf) / 4);
  const monthOf = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * monthOf + 2) / 5) + 1;
  const month = monthOf + 3 - 12 * Math.floor(monthOf / 10);
  const year = 100 * quadricentury + yearOf - 4800 + Math.floor(monthOf / 10);
  const shown = year > 0 ? year : 1 - year;
  return {
    date: `${String(shown).padStart(4, "0")}-${twoDigits(month)}-${twoDigits(day)}`,
    era: year > 0 ? "" : " BC",
  };
}

/** HH:MM:SS, with a fraction only as long as it must be. */
export function formatTime(microseconds: bigint): string {
  const seconds = microseconds / 1_000_000n;
  const fraction = String(microseconds % 1_000_000n)
    .padStart(6, "0")
    .replace(/0+$/, "");
  const [hour, minute, second] = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n];
  return `${twoDigits(hour)}:${twoDigits(minute)}:${twoDigits(second)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** `+02`, `-03:30`, `+00:19:32`. */
function formatZone(secondsEast: number): string {
  const size = Math.abs(secondsEast);
  const [hour, minute, second] = [Math.floor(size / 3600), Math.floor(size / 60) % 60, size % 60];
  const parts = [hour, ...(minute > 0 || second > 0 ? [minute] : []), ...(second > 0 ? [second] : [])];
  return (secondsEast < 0 ? "-" : "+") + parts.map(twoDigits).join(":");
}

function twoDigits(value: number | bigint): string {
  return String(value).padStart(2, "0");
}
