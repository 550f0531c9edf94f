import { BodyReader } from "./body-reader.ts";
import { encodeCString, encodeInt32, encodeMessage, encodeUint16 } from "./message-parts.ts";

/**
 * The server speaks an older minor version than was asked for, or does not know some `_pq_.` options. The session
 * goes on with what it names.
 *
 * The specification calls the first field the minor version alone, but servers have always sent the whole version
 * (3 in the upper 16 bits), and clients expect that.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-NEGOTIATEPROTOCOLVERSION
 */
export type NegotiateProtocolVersion = {
  readonly type: "negotiate-protocol-version";
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly unrecognizedOptions: readonly string[];
};

/** Decodes the body of NegotiateProtocolVersion: a version, a count, and that many names. */
export function decodeNegotiateProtocolVersion(body: Buffer): NegotiateProtocolVersion {
  const reader = new BodyReader(body, "NegotiateProtocolVersion");
  const majorVersion = reader.uint16();
  const minorVersion = reader.uint16();
  const unrecognizedOptions = reader.list(reader.int32(), 1, (item) => item.text());
  reader.finish();
  return { type: "negotiate-protocol-version", majorVersion, minorVersion, unrecognizedOptions };
}

export function encodeNegotiateProtocolVersion(message: NegotiateProtocolVersion): Buffer {
  return encodeMessage("v", [
    encodeUint16(message.majorVersion),
    encodeUint16(message.minorVersion),
    encodeInt32(message.unrecognizedOptions.length),
    ...message.unrecognizedOptions.map(encodeCString),
  ]);
}
