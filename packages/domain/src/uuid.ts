/**
 * Makes UUIDv7 identifiers (RFC 9562, section 5.7) that sort in the order they were made.
 *
 * Clock and randomness are given, so that a whole run can be replayed. The 12 bits of `rand_a` count within a
 * millisecond (method 1 of section 6.2); a clock that steps back keeps the last millisecond until it catches up.
 */
export function uuidv7Source(clock: () => number, random: (size: number) => Uint8Array): () => string {
  let lastMs = 0;
  let lastMsText = "";
  let counter = 0;
  let pool = "";
  let used = 0;
  return () => {
    const nowMs = Math.floor(clock());
    if (nowMs > lastMs) {
      lastMs = nowMs;
      counter = 0;
      lastMsText = msText(lastMs);
    } else if (++counter > 0xfff) {
      lastMs += 1;
      counter = 0;
      lastMsText = msText(lastMs);
    }
    if (used + TAIL_DIGITS > pool.length) {
      pool = hex(random(POOL_BYTES));
      used = 0;
    }
    const tail = used;
    used += TAIL_DIGITS;
    const variant = VARIANTS[pool.charCodeAt(tail) & 3] as string;
    const count = counter.toString(16).padStart(3, "0");
    return `${lastMsText}-7${count}-${variant}${pool.slice(tail + 1, tail + 4)}-${pool.slice(tail + 4, tail + TAIL_DIGITS)}`;
  };
}

/** Random bytes are asked for and written in hexadecimal many at a time; an identifier takes the digits of eight. */
const POOL_BYTES = 2048;
const TAIL_DIGITS = 16;

/** The two leading bits of the variant are `10`; two random ones follow. */
const VARIANTS = "89ab";

/** The 48 bits of the time, as they stand in the first two groups. */
function msText(ms: number): string {
  const text = ms.toString(16).padStart(12, "0");
  return `${text.slice(0, 8)}-${text.slice(8)}`;
}

const byteHex: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);

function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byteHex[byte];
  return text;
}
