import { BodyReader } from "./body-reader.ts";
import {
  encodeCString,
  encodeInt16,
  encodeInt32,
  encodeMessage,
  encodeUint16,
  encodeUint32,
} from "./message-parts.ts";

/** One column of a result. */
export type FieldDescription = {
  readonly name: string;
  /** Zero if the column is not one of a table. */
  readonly tableId: number;
  /** `attnum`; negative for system columns, zero if the column is not one of a table. */
  readonly columnNumber: number;
  readonly typeId: number;
  /** `typlen`; negative for types of variable width. */
  readonly typeSize: number;
  readonly typeModifier: number;
  /** 0 text, 1 binary; always 0 when a statement, not a portal, is described. */
  readonly format: number;
};

/**
 * The columns of the rows that follow, or of a described statement.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-ROWDESCRIPTION
 */
export type RowDescription = {
  readonly type: "row-description";
  readonly fields: readonly FieldDescription[];
};

/** An empty name's NUL and six fixed fields. */
const fieldBytesMin = 1 + 4 + 2 + 4 + 2 + 4 + 2;

/** Decodes the body of RowDescription: a count and that many columns. */
export function decodeRowDescription(body: Buffer): RowDescription {
  const reader = new BodyReader(body, "RowDescription");
  const fields = reader.list(reader.uint16(), fieldBytesMin, readField);
  reader.finish();
  return { type: "row-description", fields };
}

function readField(reader: BodyReader): FieldDescription {
  return {
    name: reader.text(),
    tableId: reader.uint32(),
    columnNumber: reader.int16(),
    typeId: reader.uint32(),
    typeSize: reader.int16(),
    typeModifier: reader.int32(),
    format: reader.int16(),
  };
}

export function encodeRowDescription(message: RowDescription): Buffer {
  return encodeMessage("T", [encodeUint16(message.fields.length), ...message.fields.flatMap(encodeField)]);
}

function encodeField(field: FieldDescription): Buffer[] {
  return [
    encodeCString(field.name),
    encodeUint32(field.tableId),
    encodeInt16(field.columnNumber),
    encodeUint32(field.typeId),
    encodeInt16(field.typeSize),
    encodeInt32(field.typeModifier),
    encodeInt16(field.format),
  ];
}
