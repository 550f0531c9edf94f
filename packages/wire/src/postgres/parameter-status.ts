import { BodyReader } from "./body-reader.ts";
import { encodeCString, encodeMessage } from "./message-parts.ts";

/**
 * A run-time setting, reported at the start and whenever it changes, also between the messages of an answer.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-PARAMETERSTATUS
 */
export type ParameterStatus = {
  readonly type: "parameter-status";
  readonly name: string;
  readonly value: string;
};

/** Decodes the body of ParameterStatus: two Strings. */
export function decodeParameterStatus(body: Buffer): ParameterStatus {
  const reader = new BodyReader(body, "ParameterStatus");
  const name = reader.text();
  const value = reader.text();
  reader.finish();
  return { type: "parameter-status", name, value };
}

export function encodeParameterStatus(message: ParameterStatus): Buffer {
  return encodeMessage("S", [encodeCString(message.name), encodeCString(message.value)]);
}
