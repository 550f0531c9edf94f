import { BodyReader } from "./body-reader.ts";
import { encodeCString, encodeMessage, encodeSizedBytes } from "./message-parts.ts";

/**
 * Chooses one of the offered SASL mechanisms and begins it.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SASLINITIALRESPONSE
 */
export type SaslInitialResponse = {
  readonly type: "sasl-initial-response";
  readonly mechanism: string;
  /** With SCRAM, the client-first-message; `null` if the client sends none yet. */
  readonly data: Buffer | null;
};

/** Decodes the body of SASLInitialResponse: a name, then a length (-1 for none) and that many bytes. */
export function decodeSaslInitialResponse(body: Buffer): SaslInitialResponse {
  const reader = new BodyReader(body, "SASLInitialResponse");
  const mechanism = reader.text();
  const data = reader.sizedBytes();
  reader.finish();
  return { type: "sasl-initial-response", mechanism, data };
}

export function encodeSaslInitialResponse(message: SaslInitialResponse): Buffer {
  return encodeMessage("p", [encodeCString(message.mechanism), encodeSizedBytes(message.data)]);
}
