import { BodyReader } from "./body-reader.ts";
import { encodeCStringBytes, encodeMessage } from "./message-parts.ts";
import { decodeText, encodeText } from "./text.ts";

/**
 * A query of the simple protocol: any number of statements in one string, run in one implicit transaction.
 *
 * `sqlBytes` is what the server reads; `sql` is our reading of it, which is right if the client's encoding is UTF-8
 * (see `decodeText` for what is not valid UTF-8).
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-QUERY
 */
export type Query = { readonly type: "query"; readonly sql: string; readonly sqlBytes: Buffer };

/** Decodes the body of Query: one String. */
export function decodeQuery(body: Buffer): Query {
  const reader = new BodyReader(body, "Query");
  const sqlBytes = reader.textBytes();
  reader.finish();
  return { type: "query", sql: decodeText(sqlBytes), sqlBytes };
}

/** Encodes the exact bytes; `sql` is not looked at. */
export function encodeQuery(message: Query): Buffer {
  return encodeMessage("Q", [encodeCStringBytes(message.sqlBytes)]);
}

/** Makes a query of our own, in UTF-8. */
export function makeQuery(sql: string): Query {
  return { type: "query", sql, sqlBytes: encodeText(sql) };
}
