import { WireError } from "../error.ts";
import { BodyReader } from "./body-reader.ts";
import { encodeByte, encodeCString } from "./message-parts.ts";

/** One field of an ErrorResponse or a NoticeResponse. `code` is one character, as in {@link responseFieldCodes}. */
export type ResponseField = { readonly code: string; readonly value: string };

/** https://www.postgresql.org/docs/current/protocol-error-fields.html */
export const responseFieldCodes = {
  /** In the server's language; use `severityNonLocalized` to compare. */
  severity: "S",
  severityNonLocalized: "V",
  sqlState: "C",
  message: "M",
  detail: "D",
  hint: "H",
  position: "P",
  internalPosition: "p",
  internalQuery: "q",
  where: "W",
  schema: "s",
  table: "t",
  column: "c",
  dataType: "d",
  constraint: "n",
  file: "F",
  line: "L",
  routine: "R",
} as const;

export type ResponseFieldName = keyof typeof responseFieldCodes;

/** The value of a field, or `undefined` if the message has none of that name. */
export function responseField(fields: readonly ResponseField[], name: ResponseFieldName): string | undefined {
  return fields.find((field) => field.code === responseFieldCodes[name])?.value;
}

/** Makes fields from their names, in the order given. Clients expect at least severity, sqlState and message. */
export function makeResponseFields(
  values: { readonly [Name in ResponseFieldName]?: string },
): ResponseField[] {
  const fields: ResponseField[] = [];
  for (const [name, value] of Object.entries(values)) {
    fields.push({ code: responseFieldCodes[name as ResponseFieldName], value });
  }
  return fields;
}

/** Decodes fields, each a code byte and a String, up to the zero byte where the next code would stand. */
export function decodeResponseFields(body: Buffer, message: string): ResponseField[] {
  const reader = new BodyReader(body, message);
  const fields: ResponseField[] = [];
  for (let code = reader.byte(); code !== 0; code = reader.byte()) {
    fields.push({ code: String.fromCharCode(code), value: reader.text() });
  }
  reader.finish();
  return fields;
}

export function encodeResponseFields(fields: readonly ResponseField[]): Buffer[] {
  return [...fields.flatMap(encodeField), encodeByte(0)];
}

function encodeField(field: ResponseField): Buffer[] {
  const code = field.code.length === 1 ? field.code.charCodeAt(0) : 0;
  if (code < 1 || code > 0xff)
    throw new WireError("TEXT_UNENCODABLE", "A field code is one byte, and not zero.");
  return [encodeByte(code), encodeCString(field.value)];
}
