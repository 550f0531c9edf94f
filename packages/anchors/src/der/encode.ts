import { writeOid } from "./oid.ts";
import { tags } from "./tags.ts";

/** A value in the Distinguished Encoding Rules: its tag, and what is inside. */
export function encode(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content]);
}

export function encodeSequence(...parts: readonly Buffer[]): Buffer {
  return encode(tags.sequence, ...parts);
}

/** A number that is not negative. */
export function encodeInteger(value: bigint): Buffer {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  // The highest bit is the sign.
  return (bytes[0] as number) < 0x80
    ? encode(tags.integer, bytes)
    : encode(tags.integer, Buffer.from([0]), bytes);
}

export function encodeOid(oid: string): Buffer {
  return encode(tags.oid, writeOid(oid));
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256);
  return [0x80 + bytes.length, ...bytes];
}
