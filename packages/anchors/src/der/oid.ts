/** The longest that is in use, `2.25` and a UUID, has 20. */
const OID_BYTES_MAX = 64;

/** Reads the content of an OBJECT IDENTIFIER as `1.2.840`; undefined when it is none. */
export function readOid(content: Buffer): string | undefined {
  if (content.length === 0 || content.length > OID_BYTES_MAX) return undefined;
  const numbers: bigint[] = [];
  let number = 0n;
  let isAtStart = true;
  for (const byte of content) {
    // A number never begins with zeros.
    if (isAtStart && byte === 0x80) return undefined;
    number = (number << 7n) | BigInt(byte & 0x7f);
    isAtStart = byte < 0x80;
    if (!isAtStart) continue;
    numbers.push(number);
    number = 0n;
  }
  if (!isAtStart) return undefined;
  // The first two arcs share a number.
  const [both, ...rest] = numbers as [bigint, ...bigint[]];
  const first = both < 80n ? both / 40n : 2n;
  return [first, both - first * 40n, ...rest].join(".");
}

/** The reverse of `readOid`. */
export function writeOid(oid: string): Buffer {
  const [first = 0n, second = 0n, ...rest] = oid.split(".").map(BigInt);
  return Buffer.from([first * 40n + second, ...rest].flatMap(writeNumber));
}

/** Seven bits a byte, the highest first; all but the last are marked. */
function writeNumber(number: bigint): number[] {
  const bytes = [Number(number & 0x7fn)];
  for (let left = number >> 7n; left > 0n; left >>= 7n) bytes.unshift(Number(left & 0x7fn) | 0x80);
  return bytes;
}
