// Each message: its decoder, from a body, and its encoder, to a whole message.

export { WireError } from "../error.ts";
export { decodeAuthentication } from "./authentication.ts";
export {
  decodeAuthenticationCleartextPassword,
  encodeAuthenticationCleartextPassword,
} from "./authentication-cleartext-password.ts";
export { decodeAuthenticationGss, encodeAuthenticationGss } from "./authentication-gss.ts";
export {
  decodeAuthenticationGssContinue,
  encodeAuthenticationGssContinue,
} from "./authentication-gss-continue.ts";
export {
  decodeAuthenticationKerberosV5,
  encodeAuthenticationKerberosV5,
} from "./authentication-kerberos-v5.ts";
export {
  decodeAuthenticationMd5Password,
  encodeAuthenticationMd5Password,
} from "./authentication-md5-password.ts";
export { decodeAuthenticationOk, encodeAuthenticationOk } from "./authentication-ok.ts";
export { decodeAuthenticationResponse, encodeAuthenticationResponse } from "./authentication-response.ts";
export { decodeAuthenticationSasl, encodeAuthenticationSasl } from "./authentication-sasl.ts";
export {
  decodeAuthenticationSaslContinue,
  encodeAuthenticationSaslContinue,
} from "./authentication-sasl-continue.ts";
export { decodeAuthenticationSaslFinal, encodeAuthenticationSaslFinal } from "./authentication-sasl-final.ts";
export { decodeAuthenticationSspi, encodeAuthenticationSspi } from "./authentication-sspi.ts";
export { decodeBackendKeyData, encodeBackendKeyData } from "./backend-key-data.ts";
export { decodeBind, encodeBind } from "./bind.ts";
export { decodeBindComplete, encodeBindComplete } from "./bind-complete.ts";
export { decodeCancelRequest, encodeCancelRequest } from "./cancel-request.ts";
export { decodeClose, encodeClose } from "./close.ts";
export { decodeCloseComplete, encodeCloseComplete } from "./close-complete.ts";
export { decodeCommandComplete, encodeCommandComplete, rowsOfCommandTag } from "./command-complete.ts";
export { decodeCopyBothResponse, encodeCopyBothResponse } from "./copy-both-response.ts";
export { decodeCopyData, encodeCopyData } from "./copy-data.ts";
export { decodeCopyDone, encodeCopyDone } from "./copy-done.ts";
export { decodeCopyFail, encodeCopyFail } from "./copy-fail.ts";
export { decodeCopyInResponse, encodeCopyInResponse } from "./copy-in-response.ts";
export { decodeCopyOutResponse, encodeCopyOutResponse } from "./copy-out-response.ts";
export { decodeDataRow, encodeDataRow } from "./data-row.ts";
export { decodeBackend } from "./decode-backend.ts";
export { decodeFrontend } from "./decode-frontend.ts";
export { decodeDescribe, encodeDescribe } from "./describe.ts";
export { decodeEmptyQueryResponse, encodeEmptyQueryResponse } from "./empty-query-response.ts";
export { encodeBackend } from "./encode-backend.ts";
export { encodeFrontend } from "./encode-frontend.ts";
export { decodeEncryptionAnswer } from "./encryption-answer.ts";
export { decodeErrorResponse, encodeErrorResponse } from "./error-response.ts";
export { decodeExecute, encodeExecute } from "./execute.ts";
export { decodeFlush, encodeFlush } from "./flush.ts";
export { backendFrames, frameTable, frontendFrames } from "./frame-table.ts";
export { FrameScanner, maxMessageBytesDefault } from "./framing.ts";
export { decodeFunctionCall, encodeFunctionCall } from "./function-call.ts";
export { decodeFunctionCallResponse, encodeFunctionCallResponse } from "./function-call-response.ts";
export { decodeGssEncRequest, encodeGssEncRequest } from "./gss-enc-request.ts";
export { decodeGssResponse, encodeGssResponse } from "./gss-response.ts";
export {
  decodeNegotiateProtocolVersion,
  encodeNegotiateProtocolVersion,
} from "./negotiate-protocol-version.ts";
export { decodeNoData, encodeNoData } from "./no-data.ts";
export { decodeNoticeResponse, encodeNoticeResponse } from "./notice-response.ts";
export { decodeNotificationResponse, encodeNotificationResponse } from "./notification-response.ts";
export { decodeParameterDescription, encodeParameterDescription } from "./parameter-description.ts";
export { decodeParameterStatus, encodeParameterStatus } from "./parameter-status.ts";
export { decodeParse, encodeParse, makeParse } from "./parse.ts";
export { decodeParseComplete, encodeParseComplete } from "./parse-complete.ts";
export { decodePasswordMessage, encodePasswordMessage } from "./password-message.ts";
export { decodePortalSuspended, encodePortalSuspended } from "./portal-suspended.ts";
export { decodeQuery, encodeQuery, makeQuery } from "./query.ts";
export { decodeReadyForQuery, encodeReadyForQuery } from "./ready-for-query.ts";
export { makeResponseFields, responseField, responseFieldCodes } from "./response-fields.ts";
export { decodeRowDescription, encodeRowDescription } from "./row-description.ts";
export { decodeSaslInitialResponse, encodeSaslInitialResponse } from "./sasl-initial-response.ts";
export { decodeSaslResponse, encodeSaslResponse } from "./sasl-response.ts";
export { decodeSslRequest, encodeSslRequest } from "./ssl-request.ts";
export { StartupScanner } from "./startup-framing.ts";
export { decodeStartupMessage, encodeStartupMessage, startupParameter } from "./startup-message.ts";
export { decodeStartupPacket } from "./startup-packet.ts";
export { decodeSync, encodeSync } from "./sync.ts";
export { decodeTerminate, encodeTerminate } from "./terminate.ts";
export { decodeText, encodeText, foreignTextMark } from "./text.ts";

// The types of the same, and the unions of each direction.

export type { WireErrorCode } from "../error.ts";
export type { Authentication } from "./authentication.ts";
export type { AuthenticationCleartextPassword } from "./authentication-cleartext-password.ts";
export type { AuthenticationGss } from "./authentication-gss.ts";
export type { AuthenticationGssContinue } from "./authentication-gss-continue.ts";
export type { AuthenticationKerberosV5 } from "./authentication-kerberos-v5.ts";
export type { AuthenticationMd5Password } from "./authentication-md5-password.ts";
export type { AuthenticationOk } from "./authentication-ok.ts";
export type { AuthenticationResponse } from "./authentication-response.ts";
export type { AuthenticationSasl } from "./authentication-sasl.ts";
export type { AuthenticationSaslContinue } from "./authentication-sasl-continue.ts";
export type { AuthenticationSaslFinal } from "./authentication-sasl-final.ts";
export type { AuthenticationSspi } from "./authentication-sspi.ts";
export type { BackendKeyData } from "./backend-key-data.ts";
export type { BackendMessage } from "./backend-message.ts";
export type { Bind } from "./bind.ts";
export type { BindComplete } from "./bind-complete.ts";
export type { CancelRequest } from "./cancel-request.ts";
export type { Close } from "./close.ts";
export type { CloseComplete } from "./close-complete.ts";
export type { CommandComplete } from "./command-complete.ts";
export type { CopyBothResponse } from "./copy-both-response.ts";
export type { CopyData } from "./copy-data.ts";
export type { CopyDone } from "./copy-done.ts";
export type { CopyFail } from "./copy-fail.ts";
export type { CopyFormats } from "./copy-formats.ts";
export type { CopyInResponse } from "./copy-in-response.ts";
export type { CopyOutResponse } from "./copy-out-response.ts";
export type { DataRow } from "./data-row.ts";
export type { Describe } from "./describe.ts";
export type { EmptyQueryResponse } from "./empty-query-response.ts";
export type { EncryptionAnswer } from "./encryption-answer.ts";
export type { ErrorResponse } from "./error-response.ts";
export type { Execute } from "./execute.ts";
export type { Flush } from "./flush.ts";
export type { FrameTable } from "./frame-table.ts";
export type { FrameVisitor } from "./framing.ts";
export type { FrontendMessage } from "./frontend-message.ts";
export type { FunctionCall } from "./function-call.ts";
export type { FunctionCallResponse } from "./function-call-response.ts";
export type { GssEncRequest } from "./gss-enc-request.ts";
export type { GssResponse } from "./gss-response.ts";
export type { NamedTarget } from "./named-target.ts";
export type { NegotiateProtocolVersion } from "./negotiate-protocol-version.ts";
export type { NoData } from "./no-data.ts";
export type { NoticeResponse } from "./notice-response.ts";
export type { NotificationResponse } from "./notification-response.ts";
export type { ParameterDescription } from "./parameter-description.ts";
export type { ParameterStatus } from "./parameter-status.ts";
export type { Parse } from "./parse.ts";
export type { ParseComplete } from "./parse-complete.ts";
export type { PasswordMessage } from "./password-message.ts";
export type { PortalSuspended } from "./portal-suspended.ts";
export type { Query } from "./query.ts";
export type { ReadyForQuery, TransactionStatus } from "./ready-for-query.ts";
export type { ResponseField, ResponseFieldName } from "./response-fields.ts";
export type { FieldDescription, RowDescription } from "./row-description.ts";
export type { SaslInitialResponse } from "./sasl-initial-response.ts";
export type { SaslResponse } from "./sasl-response.ts";
export type { SslRequest } from "./ssl-request.ts";
export type { StartupFrame } from "./startup-framing.ts";
export type { StartupMessage, StartupParameter } from "./startup-message.ts";
export type { StartupPacket } from "./startup-packet.ts";
export type { Sync } from "./sync.ts";
export type { Terminate } from "./terminate.ts";
