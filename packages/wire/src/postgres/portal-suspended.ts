import { requireEmptyBody } from "./body-reader.ts";
import { encodeMessage } from "./message-parts.ts";

/**
 * Ends the answer to an Execute whose row limit was reached. The portal stays open, and for a statement that writes
 * there is then no CommandComplete and so no count of affected rows.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-PORTALSUSPENDED
 */
export type PortalSuspended = { readonly type: "portal-suspended" };

/** Decodes the body of PortalSuspended, which is empty. */
export function decodePortalSuspended(body: Buffer): PortalSuspended {
  requireEmptyBody(body, "PortalSuspended");
  return { type: "portal-suspended" };
}

export function encodePortalSuspended(): Buffer {
  return encodeMessage("s", []);
}
