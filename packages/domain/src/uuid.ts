/**
 * Makes UUIDv7 identifiers (RFC 9562, section 5.7) that sort in the order they were made.
 *
 * Clock and randomness are given, so that a whole run can be replayed. The 12 bits of `rand_a` count within a
 * millisecond (method 1 of section 6.2); a clock that steps back keeps the last millisecond until it catches up.
 */
export function uuidv7Source(clock: () => number, random: (size: number) => Uint8Array): () => string {
  let lastMs = 0;
  let counter = 0;
  let pool: Uint8Array = new Uint8Array(0);
  let used = 0;
  return () => {
    const nowMs = Math.floor(clock());
    if (nowMs > lastMs) {
      lastMs = nowMs;
      counter = 0;
    } else if (++counter > 0xfff) {
      lastMs += 1;
      counter = 0;
    }
    if (used + 8 > pool.length) {
      pool = random(2048);
      used = 0;
    }
    const tail = hex(pool, used, used + 8);
    used += 8;
    const ms = lastMs.toString(16).padStart(12, "0");
    const variant = "89ab"[Number.parseInt(tail[0] as string, 16) & 3] as string;
    return `${ms.slice(0, 8)}-${ms.slice(8)}-7${counter.toString(16).padStart(3, "0")}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
  };
}

const byteHex: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

function hex(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let index = start; index < end; index += 1) text += byteHex[bytes[index] as number];
  return text;
}
