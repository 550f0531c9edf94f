let cachedSecond = -1;
let cachedText = "";

/** Microseconds since the epoch as RFC 3339 in UTC, with six decimals. */
export function rfc3339(timeUs: number): string {
  const second = Math.floor(timeUs / 1_000_000);
  if (second !== cachedSecond) {
    cachedText = new Date(second * 1000).toISOString().slice(0, 19);
    cachedSecond = second;
  }
  return `${cachedText}.${String(Math.floor(timeUs - second * 1_000_000)).padStart(6, "0")}Z`;
}
