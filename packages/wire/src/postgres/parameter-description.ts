import { BodyReader } from "./body-reader.ts";
import { encodeMessage, encodeUint16, encodeUint32 } from "./message-parts.ts";

/**
 * The types the server found for the parameters of a described statement.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-PARAMETERDESCRIPTION
 */
export type ParameterDescription = {
  readonly type: "parameter-description";
  /** Object ids of types. */
  readonly parameterTypes: readonly number[];
};

/** Decodes the body of ParameterDescription: a count and that many type ids. */
export function decodeParameterDescription(body: Buffer): ParameterDescription {
  const reader = new BodyReader(body, "ParameterDescription");
  const parameterTypes = reader.list(reader.uint16(), 4, (item) => item.uint32());
  reader.finish();
  return { type: "parameter-description", parameterTypes };
}

export function encodeParameterDescription(message: ParameterDescription): Buffer {
  const { parameterTypes } = message;
  return encodeMessage("t", [encodeUint16(parameterTypes.length), ...parameterTypes.map(encodeUint32)]);
}
