import { requireEmptyBody } from "./body-reader.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * Stands where CommandComplete would, for a query string without any statement.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-EMPTYQUERYRESPONSE
 */
export type EmptyQueryResponse = { readonly type: "empty-query-response" };

/** Decodes the body of EmptyQueryResponse, which is empty. */
export function decodeEmptyQueryResponse(body: Buffer): EmptyQueryResponse {
  requireEmptyBody(body, "EmptyQueryResponse");
  return { type: "empty-query-response" };
}

export function encodeEmptyQueryResponse(): Buffer {
  return encodeMessage("I", []);
}
