import { BodyReader } from "./body-reader.ts";
import {
  encodeFormats,
  encodeInt16,
  encodeMessage,
  encodeSizedBytes,
  encodeUint16,
  encodeUint32,
} from "./message-parts.ts";

/**
 * Calls a function by its object id, past every statement: the legacy "fast path", by which for instance large
 * objects are written. It answers FunctionCallResponse and ReadyForQuery.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-FUNCTIONCALL
 */
export type FunctionCall = {
  readonly type: "function-call";
  readonly functionId: number;
  /** None (all text), one for all, or one for each argument: 0 text, 1 binary. */
  readonly argumentFormats: readonly number[];
  readonly arguments: readonly (Buffer | null)[];
  readonly resultFormat: number;
};

/** Decodes the body of FunctionCall: a function, formats, values, the format of the result. */
export function decodeFunctionCall(body: Buffer): FunctionCall {
  const reader = new BodyReader(body, "FunctionCall");
  const functionId = reader.uint32();
  const argumentFormats = reader.list(reader.uint16(), 2, (item) => item.int16());
  const values = reader.list(reader.uint16(), 4, (item) => item.sizedBytes());
  if (argumentFormats.length > 1 && argumentFormats.length !== values.length) {
    reader.fail("has neither no, one, nor as many formats as arguments");
  }
  const resultFormat = reader.int16();
  reader.finish();
  return { type: "function-call", functionId, argumentFormats, arguments: values, resultFormat };
}

export function encodeFunctionCall(message: FunctionCall): Buffer {
  return encodeMessage("F", [
    encodeUint32(message.functionId),
    encodeFormats(message.argumentFormats),
    encodeUint16(message.arguments.length),
    ...message.arguments.map(encodeSizedBytes),
    encodeInt16(message.resultFormat),
  ]);
}
