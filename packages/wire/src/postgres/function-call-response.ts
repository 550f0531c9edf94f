import { BodyReader } from "./body-reader.ts";
import { encodeMessage, encodeSizedBytes } from "./message-parts.ts";

/**
 * The result of a FunctionCall.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-FUNCTIONCALLRESPONSE
 */
export type FunctionCallResponse = { readonly type: "function-call-response"; readonly value: Buffer | null };

/** Decodes the body of FunctionCallResponse: one value, or NULL. */
export function decodeFunctionCallResponse(body: Buffer): FunctionCallResponse {
  const reader = new BodyReader(body, "FunctionCallResponse");
  const value = reader.sizedBytes();
  reader.finish();
  return { type: "function-call-response", value };
}

export function encodeFunctionCallResponse(message: FunctionCallResponse): Buffer {
  return encodeMessage("V", [encodeSizedBytes(message.value)]);
}
