/** https://www.postgresql.org/docs/current/datatype-numeric.html; every decoder wants exactly its type's size. */

export function decodeBool(bytes: Buffer): string | undefined {
  if (bytes.length !== 1) return undefined;
  return bytes[0] === 0 ? "f" : "t";
}

export function decodeInt2(bytes: Buffer): string | undefined {
  return bytes.length === 2 ? String(bytes.readInt16BE()) : undefined;
}

export function decodeInt4(bytes: Buffer): string | undefined {
  return bytes.length === 4 ? String(bytes.readInt32BE()) : undefined;
}

export function decodeInt8(bytes: Buffer): string | undefined {
  return bytes.length === 8 ? String(bytes.readBigInt64BE()) : undefined;
}

export function decodeOid(bytes: Buffer): string | undefined {
  return bytes.length === 4 ? String(bytes.readUInt32BE()) : undefined;
}
