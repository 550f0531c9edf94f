import { BodyReader } from "./body-reader.ts";
import { encodeMessage, encodeSizedBytes, encodeUint16 } from "./message-parts.ts";

/**
 * One row of a result. The relay passes rows by their length; decoding is for the few places that read an answer.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-DATAROW
 */
export type DataRow = {
  readonly type: "data-row";
  /** The bytes of each column, in the format RowDescription or Bind gave it; `null` is SQL's NULL. */
  readonly values: readonly (Buffer | null)[];
};

/** Decodes the body of DataRow: a count and that many values. */
export function decodeDataRow(body: Buffer): DataRow {
  const reader = new BodyReader(body, "DataRow");
  const values = reader.list(reader.uint16(), 4, (item) => item.sizedBytes());
  reader.finish();
  return { type: "data-row", values };
}

export function encodeDataRow(message: DataRow): Buffer {
  return encodeMessage("D", [encodeUint16(message.values.length), ...message.values.map(encodeSizedBytes)]);
}
