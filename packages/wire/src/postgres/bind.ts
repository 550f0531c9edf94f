import { BodyReader } from "./body-reader.ts";
import {
  encodeCString,
  encodeFormats,
  encodeMessage,
  encodeSizedBytes,
  encodeUint16,
} from "./message-parts.ts";

/**
 * Gives a prepared statement its values and so makes a portal.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-BIND
 */
export type Bind = {
  readonly type: "bind";
  readonly portal: string;
  readonly statement: string;
  /** None (all text), one for all, or one for each parameter: 0 text, 1 binary. */
  readonly parameterFormats: readonly number[];
  /** The exact bytes of each value; `null` is SQL's NULL. */
  readonly parameters: readonly (Buffer | null)[];
  readonly resultFormats: readonly number[];
};

/** Decodes the body of Bind: portal before statement, formats, values, formats of the result. */
export function decodeBind(body: Buffer): Bind {
  const reader = new BodyReader(body, "Bind");
  const portal = reader.text();
  const statement = reader.text();
  const parameterFormats = reader.list(reader.uint16(), 2, (item) => item.int16());
  const parameters = reader.list(reader.uint16(), 4, (item) => item.sizedBytes());
  if (parameterFormats.length > 1 && parameterFormats.length !== parameters.length) {
    reader.fail("has neither no, one, nor as many formats as parameters");
  }
  const resultFormats = reader.list(reader.uint16(), 2, (item) => item.int16());
  reader.finish();
  return { type: "bind", portal, statement, parameterFormats, parameters, resultFormats };
}

export function encodeBind(message: Bind): Buffer {
  return encodeMessage("B", [
    encodeCString(message.portal),
    encodeCString(message.statement),
    encodeFormats(message.parameterFormats),
    encodeUint16(message.parameters.length),
    ...message.parameters.map(encodeSizedBytes),
    encodeFormats(message.resultFormats),
  ]);
}
