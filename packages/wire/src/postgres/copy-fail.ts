import { BodyReader } from "./body-reader.ts";
import { encodeCString, encodeMessage } from "./message-parts.ts";

/**
 * Ends a copy to the server as a failure, with the client's reason.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-COPYFAIL
 */
export type CopyFail = { readonly type: "copy-fail"; readonly reason: string };

/** Decodes the body of CopyFail: one String. */
export function decodeCopyFail(body: Buffer): CopyFail {
  const reader = new BodyReader(body, "CopyFail");
  const reason = reader.text();
  reader.finish();
  return { type: "copy-fail", reason };
}

export function encodeCopyFail(message: CopyFail): Buffer {
  return encodeMessage("f", [encodeCString(message.reason)]);
}
