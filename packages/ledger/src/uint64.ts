/** Counts in binary structures: eight bytes, big-endian. By way of `BigInt` each would cost an object or two. */
const HALF = 2 ** 32;

export function writeUint64(target: Buffer, value: number, offset: number): void {
  target.writeUInt32BE(Math.floor(value / HALF), offset);
  target.writeUInt32BE(value % HALF, offset + 4);
}

/** Not exact above 2^53, which no count reaches. */
export function readUint64(bytes: Buffer, offset: number): number {
  return bytes.readUInt32BE(offset) * HALF + bytes.readUInt32BE(offset + 4);
}
