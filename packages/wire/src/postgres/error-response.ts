import { encodeMessage } from "./message-parts.ts";
import { decodeResponseFields, encodeResponseFields, type ResponseField } from "./response-fields.ts";

/**
 * An error. With severity ERROR the server discards what follows up to the next Sync, or ends the simple query; with
 * FATAL or PANIC it closes the connection. Fields of an unknown code are kept, since new ones may be added.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-ERRORRESPONSE
 */
export type ErrorResponse = { readonly type: "error-response"; readonly fields: readonly ResponseField[] };

/** Decodes the body of ErrorResponse: fields, then a zero byte. */
export function decodeErrorResponse(body: Buffer): ErrorResponse {
  return { type: "error-response", fields: decodeResponseFields(body, "ErrorResponse") };
}

export function encodeErrorResponse(message: ErrorResponse): Buffer {
  return encodeMessage("E", encodeResponseFields(message.fields));
}
