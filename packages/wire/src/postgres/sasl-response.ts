import { encodeMessage } from "./message-parts.ts";

/**
 * A further SASL answer of the client: with SCRAM, the client-final-message.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SASLRESPONSE
 */
export type SaslResponse = { readonly type: "sasl-response"; readonly data: Buffer };

/** Decodes the body of SASLResponse, which is data up to the end: every body is valid. */
export function decodeSaslResponse(body: Buffer): SaslResponse {
  return { type: "sasl-response", data: body };
}

export function encodeSaslResponse(message: SaslResponse): Buffer {
  return encodeMessage("p", [message.data]);
}
