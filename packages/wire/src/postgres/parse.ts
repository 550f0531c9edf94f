import { BodyReader } from "./body-reader.ts";
import {
  encodeCString,
  encodeCStringBytes,
  encodeMessage,
  encodeUint16,
  encodeUint32,
} from "./message-parts.ts";
import { decodeText, encodeText } from "./text.ts";

/**
 * Prepares one statement under a name; the empty name is the unnamed statement, which each Parse replaces.
 *
 * `sqlBytes` is what the server reads; `sql` is our reading of it, as in Query.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-PARSE
 */
export type Parse = {
  readonly type: "parse";
  readonly name: string;
  readonly sql: string;
  readonly sqlBytes: Buffer;
  /** Object ids of types. There may be fewer than parameters; 0 leaves one unspecified. */
  readonly parameterTypes: readonly number[];
};

/** Decodes the body of Parse: a name, the statement, and a counted list of type ids. */
export function decodeParse(body: Buffer): Parse {
  const reader = new BodyReader(body, "Parse");
  const name = reader.text();
  const sqlBytes = reader.textBytes();
  const parameterTypes = reader.list(reader.uint16(), 4, (item) => item.uint32());
  reader.finish();
  return { type: "parse", name, sql: decodeText(sqlBytes), sqlBytes, parameterTypes };
}

/** Encodes the exact bytes of the statement; `sql` is not looked at. */
export function encodeParse(message: Parse): Buffer {
  return encodeMessage("P", [
    encodeCString(message.name),
    encodeCStringBytes(message.sqlBytes),
    encodeUint16(message.parameterTypes.length),
    ...message.parameterTypes.map(encodeUint32),
  ]);
}

/** Makes a Parse of our own, in UTF-8. */
export function makeParse(name: string, sql: string, parameterTypes: readonly number[] = []): Parse {
  return { type: "parse", name, sql, sqlBytes: encodeText(sql), parameterTypes };
}
