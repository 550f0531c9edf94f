import { requireEmptyBody } from "./body-reader.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * Ends a segment of the extended protocol: the server closes the implicit transaction, answers ReadyForQuery, and
 * stops discarding messages if an error had made it do so.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SYNC
 */
export type Sync = { readonly type: "sync" };

/** Decodes the body of Sync, which is empty. */
export function decodeSync(body: Buffer): Sync {
  requireEmptyBody(body, "Sync");
  return { type: "sync" };
}

export function encodeSync(): Buffer {
  return encodeMessage("S", []);
}
