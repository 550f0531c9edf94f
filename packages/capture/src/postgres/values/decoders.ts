import { decodeArray } from "./arrays.ts";
import { decodeDate, decodeTime, decodeTimestamp, decodeTimestamptz, decodeTimetz } from "./date-time.ts";
import { decodeFloat4, decodeFloat8 } from "./floats.ts";
import { decodeInterval } from "./interval.ts";
import { decodeCidr, decodeInet, decodeMacaddr } from "./network.ts";
import { decodeBool, decodeInt2, decodeInt4, decodeInt8, decodeOid } from "./numbers.ts";
import { decodeNumeric } from "./numeric.ts";
import { decodeBits, decodeBytea, decodeChar, decodeJsonb, decodeUuid } from "./plain.ts";
import { decodeText } from "./text.ts";
import { elementOf, typeName } from "./type-names.ts";

type Decode = (bytes: Buffer, clientEncoding: string) => string | undefined;

/** How the binary form of each type reads; what is not here stays in hex. */
const decoders: Readonly<Record<string, Decode | undefined>> = {
  bit: decodeBits,
  bool: decodeBool,
  bpchar: decodeText,
  bytea: decodeBytea,
  char: decodeChar,
  cidr: decodeCidr,
  date: decodeDate,
  float4: decodeFloat4,
  float8: decodeFloat8,
  inet: decodeInet,
  int2: decodeInt2,
  int4: decodeInt4,
  int8: decodeInt8,
  interval: decodeInterval,
  json: decodeText,
  jsonb: decodeJsonb,
  macaddr: decodeMacaddr(6),
  macaddr8: decodeMacaddr(8),
  name: decodeText,
  numeric: decodeNumeric,
  oid: decodeOid,
  point: decodePoint,
  refcursor: decodeText,
  text: decodeText,
  time: decodeTime,
  timestamp: decodeTimestamp,
  timestamptz: decodeTimestamptz,
  timetz: decodeTimetz,
  uuid: decodeUuid,
  varbit: decodeBits,
  varchar: decodeText,
  xid: decodeOid,
  xml: decodeText,
};

/** A value in binary form as text, or undefined. Never throws. */
export function decodeBinary(oid: number, bytes: Buffer, clientEncoding: string): string | undefined {
  const element = elementOf(oid);
  const decode = decoders[typeName(element ?? oid)];
  if (decode === undefined) return undefined;
  if (element === undefined) return decode(bytes, clientEncoding);
  return decodeArray(bytes, element, (one) => decode(one, clientEncoding));
}

function decodePoint(bytes: Buffer): string | undefined {
  const x = decodeFloat8(bytes.subarray(0, 8));
  const y = decodeFloat8(bytes.subarray(8));
  return x === undefined || y === undefined ? undefined : `(${x},${y})`;
}
