import { BodyReader } from "./body-reader.ts";
import { encodeInt32, encodeMessage } from "./message-parts.ts";
import { readSecretKey } from "./secret-key.ts";

/**
 * What a client must send in a CancelRequest. A proxy hands out a pair of its own, so that no cancel can pass it by.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-BACKENDKEYDATA
 */
export type BackendKeyData = {
  readonly type: "backend-key-data";
  readonly processId: number;
  /** A secret: 4 bytes in protocol 3.0, 4 to 256 in 3.2. */
  readonly secretKey: Buffer;
};

/** Decodes the body of BackendKeyData: a process and its key. */
export function decodeBackendKeyData(body: Buffer): BackendKeyData {
  const reader = new BodyReader(body, "BackendKeyData");
  const processId = reader.int32();
  return { type: "backend-key-data", processId, secretKey: readSecretKey(reader) };
}

export function encodeBackendKeyData(message: BackendKeyData): Buffer {
  return encodeMessage("K", [encodeInt32(message.processId), message.secretKey]);
}
