import { tags } from "./tags.ts";

/**
 * Reads UTCTime or GeneralizedTime as RFC 5280, section 4.1.2.5, and RFC 3161, section 2.4.2, have them: in UTC, with
 * seconds, and perhaps with a fraction of a second. Milliseconds since 1970, or undefined when it is no time.
 */
export function readTime({
  tag,
  content,
}: {
  readonly tag: number;
  readonly content: Buffer;
}): number | undefined {
  const text = content.toString("latin1");
  const pattern =
    tag === tags.generalizedTime
      ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/
      : tag === tags.utcTime
        ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
        : undefined;
  const found = pattern?.exec(text);
  if (!found) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1, 7) as [string, ...string[]];
  const wholeYear = year.length === 4 ? year : `${Number(year) < 50 ? "20" : "19"}${year}`;
  const milliseconds = (found[7] ?? "").padEnd(3, "0").slice(0, 3);
  const written = `${wholeYear}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`;
  const timeMs = Date.parse(written);
  // The 30th of February is parsed by some engines as the 2nd of March.
  return Number.isNaN(timeMs) || new Date(timeMs).toISOString() !== written ? undefined : timeMs;
}
