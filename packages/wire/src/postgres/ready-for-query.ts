import { BodyReader } from "./body-reader.ts";
import { encodeByte, encodeMessage } from "./message-parts.ts";

/**
 * The server waits for the next query or segment. Only here is the outcome of an implicit transaction known.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-READYFORQUERY
 */
export type ReadyForQuery = { readonly type: "ready-for-query"; readonly status: TransactionStatus };

/** `failed`: everything but the end of the transaction will be refused. */
export type TransactionStatus = "idle" | "in-transaction" | "failed";

const statusBytes = { idle: 0x49 /* I */, "in-transaction": 0x54 /* T */, failed: 0x45 /* E */ } as const;

/** Decodes the body of ReadyForQuery: one byte. */
export function decodeReadyForQuery(body: Buffer): ReadyForQuery {
  const reader = new BodyReader(body, "ReadyForQuery");
  const status = readStatus(reader);
  reader.finish();
  return { type: "ready-for-query", status };
}

function readStatus(reader: BodyReader): TransactionStatus {
  switch (reader.byte()) {
    case statusBytes.idle:
      return "idle";
    case statusBytes["in-transaction"]:
      return "in-transaction";
    case statusBytes.failed:
      return "failed";
    default:
      return reader.fail("has an unknown transaction status");
  }
}

export function encodeReadyForQuery(message: ReadyForQuery): Buffer {
  return encodeMessage("Z", [encodeByte(statusBytes[message.status])]);
}
