import { encodeAuthenticationCleartextPassword } from "./authentication-cleartext-password.ts";
import { encodeAuthenticationGss } from "./authentication-gss.ts";
import { encodeAuthenticationGssContinue } from "./authentication-gss-continue.ts";
import { encodeAuthenticationKerberosV5 } from "./authentication-kerberos-v5.ts";
import { encodeAuthenticationMd5Password } from "./authentication-md5-password.ts";
import { encodeAuthenticationOk } from "./authentication-ok.ts";
import { encodeAuthenticationSasl } from "./authentication-sasl.ts";
import { encodeAuthenticationSaslContinue } from "./authentication-sasl-continue.ts";
import { encodeAuthenticationSaslFinal } from "./authentication-sasl-final.ts";
import { encodeAuthenticationSspi } from "./authentication-sspi.ts";
import { encodeBackendKeyData } from "./backend-key-data.ts";
import type { BackendMessage } from "./backend-message.ts";
import { encodeBindComplete } from "./bind-complete.ts";
import { encodeCloseComplete } from "./close-complete.ts";
import { encodeCommandComplete } from "./command-complete.ts";
import { encodeCopyBothResponse } from "./copy-both-response.ts";
import { encodeCopyData } from "./copy-data.ts";
import { encodeCopyDone } from "./copy-done.ts";
import { encodeCopyInResponse } from "./copy-in-response.ts";
import { encodeCopyOutResponse } from "./copy-out-response.ts";
import { encodeDataRow } from "./data-row.ts";
import { encodeEmptyQueryResponse } from "./empty-query-response.ts";
import { encodeErrorResponse } from "./error-response.ts";
import { encodeFunctionCallResponse } from "./function-call-response.ts";
import { encodeNegotiateProtocolVersion } from "./negotiate-protocol-version.ts";
import { encodeNoData } from "./no-data.ts";
import { encodeNoticeResponse } from "./notice-response.ts";
import { encodeNotificationResponse } from "./notification-response.ts";
import { encodeParameterDescription } from "./parameter-description.ts";
import { encodeParameterStatus } from "./parameter-status.ts";
import { encodeParseComplete } from "./parse-complete.ts";
import { encodePortalSuspended } from "./portal-suspended.ts";
import { encodeReadyForQuery } from "./ready-for-query.ts";
import { encodeRowDescription } from "./row-description.ts";

type Encoders = {
  readonly [Type in BackendMessage["type"]]: (message: Extract<BackendMessage, { type: Type }>) => Buffer;
};

const encoders: Encoders = {
  "authentication-ok": encodeAuthenticationOk,
  "authentication-kerberos-v5": encodeAuthenticationKerberosV5,
  "authentication-cleartext-password": encodeAuthenticationCleartextPassword,
  "authentication-md5-password": encodeAuthenticationMd5Password,
  "authentication-gss": encodeAuthenticationGss,
  "authentication-gss-continue": encodeAuthenticationGssContinue,
  "authentication-sspi": encodeAuthenticationSspi,
  "authentication-sasl": encodeAuthenticationSasl,
  "authentication-sasl-continue": encodeAuthenticationSaslContinue,
  "authentication-sasl-final": encodeAuthenticationSaslFinal,
  "backend-key-data": encodeBackendKeyData,
  "bind-complete": encodeBindComplete,
  "close-complete": encodeCloseComplete,
  "command-complete": encodeCommandComplete,
  "copy-both-response": encodeCopyBothResponse,
  "copy-data": encodeCopyData,
  "copy-done": encodeCopyDone,
  "copy-in-response": encodeCopyInResponse,
  "copy-out-response": encodeCopyOutResponse,
  "data-row": encodeDataRow,
  "empty-query-response": encodeEmptyQueryResponse,
  "error-response": encodeErrorResponse,
  "function-call-response": encodeFunctionCallResponse,
  "negotiate-protocol-version": encodeNegotiateProtocolVersion,
  "no-data": encodeNoData,
  "notice-response": encodeNoticeResponse,
  "notification-response": encodeNotificationResponse,
  "parameter-description": encodeParameterDescription,
  "parameter-status": encodeParameterStatus,
  "parse-complete": encodeParseComplete,
  "portal-suspended": encodePortalSuspended,
  "ready-for-query": encodeReadyForQuery,
  "row-description": encodeRowDescription,
};

/** Encodes a whole message of ours to a client: type byte, length and body. */
export function encodeBackend(message: BackendMessage): Buffer {
  const encode = encoders[message.type] as (message: BackendMessage) => Buffer;
  return encode(message);
}
