import type { Parameter } from "@custody/domain";
import { decodeBinary } from "./decoders.ts";
import { decodeText } from "./text.ts";
import { typeName } from "./type-names.ts";

/**
 * A bound value as people read it: the text that the server's own output function would print, with DateStyle ISO
 * and TimeZone UTC.
 *
 * `format` is the protocol's: 0 for text, which stays as the client wrote it, and 1 for binary. What is malformed,
 * in an encoding that we do not read, or of a type that we do not decode, becomes `hex`: a record must not guess,
 * and an agent must not be able to stop the recording by sending nonsense.
 */
export function decodeParameter(
  index: number,
  oid: number,
  format: 0 | 1,
  bytes: Buffer | null,
  clientEncoding: string,
): Parameter {
  const type = typeName(oid);
  if (bytes === null) return { index, null: true, type };
  const value = format === 0 ? decodeText(bytes, clientEncoding) : decodeBinary(oid, bytes, clientEncoding);
  return value === undefined ? { hex: bytes.toString("hex"), index, type } : { index, type, value };
}
