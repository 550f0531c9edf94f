import { WireError } from "../error.ts";
import { decodeAuthentication } from "./authentication.ts";
import { decodeBackendKeyData } from "./backend-key-data.ts";
import type { BackendMessage } from "./backend-message.ts";
import { decodeBindComplete } from "./bind-complete.ts";
import { decodeCloseComplete } from "./close-complete.ts";
import { decodeCommandComplete } from "./command-complete.ts";
import { decodeCopyBothResponse } from "./copy-both-response.ts";
import { decodeCopyData } from "./copy-data.ts";
import { decodeCopyDone } from "./copy-done.ts";
import { decodeCopyInResponse } from "./copy-in-response.ts";
import { decodeCopyOutResponse } from "./copy-out-response.ts";
import { decodeDataRow } from "./data-row.ts";
import { decodeEmptyQueryResponse } from "./empty-query-response.ts";
import { decodeErrorResponse } from "./error-response.ts";
import { decodeFunctionCallResponse } from "./function-call-response.ts";
import { indexByType } from "./index-by-type.ts";
import { decodeNegotiateProtocolVersion } from "./negotiate-protocol-version.ts";
import { decodeNoData } from "./no-data.ts";
import { decodeNoticeResponse } from "./notice-response.ts";
import { decodeNotificationResponse } from "./notification-response.ts";
import { decodeParameterDescription } from "./parameter-description.ts";
import { decodeParameterStatus } from "./parameter-status.ts";
import { decodeParseComplete } from "./parse-complete.ts";
import { decodePortalSuspended } from "./portal-suspended.ts";
import { decodeReadyForQuery } from "./ready-for-query.ts";
import { decodeRowDescription } from "./row-description.ts";

const decoders = indexByType<(body: Buffer) => BackendMessage>({
  R: decodeAuthentication,
  K: decodeBackendKeyData,
  "2": decodeBindComplete,
  "3": decodeCloseComplete,
  C: decodeCommandComplete,
  W: decodeCopyBothResponse,
  d: decodeCopyData,
  c: decodeCopyDone,
  G: decodeCopyInResponse,
  H: decodeCopyOutResponse,
  D: decodeDataRow,
  I: decodeEmptyQueryResponse,
  E: decodeErrorResponse,
  V: decodeFunctionCallResponse,
  v: decodeNegotiateProtocolVersion,
  n: decodeNoData,
  N: decodeNoticeResponse,
  A: decodeNotificationResponse,
  t: decodeParameterDescription,
  S: decodeParameterStatus,
  "1": decodeParseComplete,
  s: decodePortalSuspended,
  Z: decodeReadyForQuery,
  T: decodeRowDescription,
});

/** Decodes the body of a message from a server. `type` is its first byte; `body` is what follows the length word. */
export function decodeBackend(type: number, body: Buffer): BackendMessage {
  const decode = decoders[type];
  if (decode === undefined) {
    throw new WireError("MESSAGE_UNKNOWN", `A server sends no message of type ${type}.`, { offset: 0 });
  }
  return decode(body);
}
