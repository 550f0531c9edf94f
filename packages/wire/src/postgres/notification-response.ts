import { BodyReader } from "./body-reader.ts";
import { encodeCString, encodeInt32, encodeMessage } from "./message-parts.ts";

/**
 * A NOTIFY of some session on a channel this one listens to.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-NOTIFICATIONRESPONSE
 */
export type NotificationResponse = {
  readonly type: "notification-response";
  readonly processId: number;
  readonly channel: string;
  readonly payload: string;
};

/** Decodes the body of NotificationResponse: the notifying process and two Strings. */
export function decodeNotificationResponse(body: Buffer): NotificationResponse {
  const reader = new BodyReader(body, "NotificationResponse");
  const processId = reader.int32();
  const channel = reader.text();
  const payload = reader.text();
  reader.finish();
  return { type: "notification-response", processId, channel, payload };
}

export function encodeNotificationResponse(message: NotificationResponse): Buffer {
  const strings = [encodeCString(message.channel), encodeCString(message.payload)];
  return encodeMessage("A", [encodeInt32(message.processId), ...strings]);
}
