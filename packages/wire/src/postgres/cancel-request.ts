import { encodeInt32, encodeUint32, encodeUntyped } from "./message-parts.ts";
import { readSecretKey } from "./secret-key.ts";
import { startupCodes, startupReader } from "./startup-code.ts";

/**
 * Asks, on a connection of its own, to cancel what another connection is doing. The pair names and authorises that
 * connection; the server answers nothing and closes.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-CANCELREQUEST
 */
export type CancelRequest = {
  readonly type: "cancel-request";
  readonly processId: number;
  /** A secret: 4 bytes in protocol 3.0, 4 to 256 in 3.2. */
  readonly secretKey: Buffer;
};

/** Decodes the body of CancelRequest: its request code, a process and its key. */
export function decodeCancelRequest(body: Buffer): CancelRequest {
  const reader = startupReader(body, "CancelRequest", startupCodes.cancel);
  const processId = reader.int32();
  return { type: "cancel-request", processId, secretKey: readSecretKey(reader) };
}

export function encodeCancelRequest(message: CancelRequest): Buffer {
  return encodeUntyped([
    encodeUint32(startupCodes.cancel),
    encodeInt32(message.processId),
    message.secretKey,
  ]);
}
