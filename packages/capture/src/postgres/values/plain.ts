import { decodeText } from "./text.ts";

/** Types whose binary form is their text, or plain bytes. */

export function decodeBytea(bytes: Buffer): string {
  return `\\x${bytes.toString("hex")}`;
}

export function decodeUuid(bytes: Buffer): string | undefined {
  if (bytes.length !== 16) return undefined;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** A version, of which there is one, and the text. */
export function decodeJsonb(bytes: Buffer, clientEncoding: string): string | undefined {
  return bytes[0] === 1 ? decodeText(bytes.subarray(1), clientEncoding) : undefined;
}

/** The type `"char"`, one byte: zero shows as nothing, what is beyond ASCII in octal. */
export function decodeChar(bytes: Buffer): string | undefined {
  const [code] = bytes;
  if (bytes.length !== 1 || code === undefined) return undefined;
  if (code === 0) return "";
  return code < 0x80 ? String.fromCharCode(code) : `\\${code.toString(8)}`;
}

/** The number of bits, and the bits, the first in the highest place; the last byte is filled up with zeros. */
export function decodeBits(bytes: Buffer): string | undefined {
  if (bytes.length < 4) return undefined;
  const count = bytes.readInt32BE();
  if (count < 0 || bytes.length !== 4 + Math.ceil(count / 8)) return undefined;
  const bits = [...bytes.subarray(4)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.slice(0, count);
}
