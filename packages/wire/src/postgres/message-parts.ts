import { WireError } from "../error.ts";
import { encodeText } from "./text.ts";

/** Joins a type byte, the length word (which counts itself, but not the type) and the fields of a message. */
export function encodeMessage(type: string, parts: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from(type, "latin1"), encodeUntyped(parts)]);
}

/** Startup packets have no type byte: the protocol got types only after them. */
export function encodeUntyped(parts: readonly Buffer[]): Buffer {
  const bodyBytes = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([encodeInt32(bodyBytes + 4), ...parts]);
}

export function encodeByte(value: number): Buffer {
  return Buffer.of(value);
}

export function encodeInt16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function encodeUint16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function encodeInt32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function encodeUint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A String of the specification. */
export function encodeCString(text: string): Buffer {
  return encodeCStringBytes(encodeText(text));
}

/** A NUL inside would end the string early and turn the rest into other fields: an injection, so it is refused. */
export function encodeCStringBytes(bytes: Buffer): Buffer {
  if (bytes.includes(0)) throw new WireError("TEXT_UNENCODABLE", "The text contains a NUL.");
  return Buffer.concat([bytes, Buffer.of(0)]);
}

/** An Int32 length and the bytes; -1 and nothing for NULL. */
export function encodeSizedBytes(bytes: Buffer | null): Buffer {
  if (bytes === null) return encodeInt32(-1);
  return Buffer.concat([encodeInt32(bytes.length), bytes]);
}

/** An Int16 count and that many Int16 format codes. */
export function encodeFormats(formats: readonly number[]): Buffer {
  return Buffer.concat([encodeUint16(formats.length), ...formats.map(encodeInt16)]);
}
