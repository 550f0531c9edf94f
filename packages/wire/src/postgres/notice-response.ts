import { encodeMessage } from "./message-parts.ts";
import { decodeResponseFields, encodeResponseFields, type ResponseField } from "./response-fields.ts";

/**
 * A warning or a remark, which may come at any time and changes no state. Its fields are those of ErrorResponse.
 *
 * https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-NOTICERESPONSE
 */
export type NoticeResponse = { readonly type: "notice-response"; readonly fields: readonly ResponseField[] };

/** Decodes the body of NoticeResponse: fields, then a zero byte. */
export function decodeNoticeResponse(body: Buffer): NoticeResponse {
  return { type: "notice-response", fields: decodeResponseFields(body, "NoticeResponse") };
}

export function encodeNoticeResponse(message: NoticeResponse): Buffer {
  return encodeMessage("N", encodeResponseFields(message.fields));
}
