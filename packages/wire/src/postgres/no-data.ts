import { requireEmptyBody } from "./body-reader.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * Answers a Describe of something that returns no rows.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-NODATA
 */
export type NoData = { readonly type: "no-data" };

/** Decodes the body of NoData, which is empty. */
export function decodeNoData(body: Buffer): NoData {
  requireEmptyBody(body, "NoData");
  return { type: "no-data" };
}

export function encodeNoData(): Buffer {
  return encodeMessage("n", []);
}
