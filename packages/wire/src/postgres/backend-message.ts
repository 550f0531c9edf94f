import type { Authentication } from "./authentication.ts";
import type { BackendKeyData } from "./backend-key-data.ts";
import type { BindComplete } from "./bind-complete.ts";
import type { CloseComplete } from "./close-complete.ts";
import type { CommandComplete } from "./command-complete.ts";
import type { CopyBothResponse } from "./copy-both-response.ts";
import type { CopyData } from "./copy-data.ts";
import type { CopyDone } from "./copy-done.ts";
import type { CopyInResponse } from "./copy-in-response.ts";
import type { CopyOutResponse } from "./copy-out-response.ts";
import type { DataRow } from "./data-row.ts";
import type { EmptyQueryResponse } from "./empty-query-response.ts";
import type { ErrorResponse } from "./error-response.ts";
import type { FunctionCallResponse } from "./function-call-response.ts";
import type { NegotiateProtocolVersion } from "./negotiate-protocol-version.ts";
import type { NoData } from "./no-data.ts";
import type { NoticeResponse } from "./notice-response.ts";
import type { NotificationResponse } from "./notification-response.ts";
import type { ParameterDescription } from "./parameter-description.ts";
import type { ParameterStatus } from "./parameter-status.ts";
import type { ParseComplete } from "./parse-complete.ts";
import type { PortalSuspended } from "./portal-suspended.ts";
import type { ReadyForQuery } from "./ready-for-query.ts";
import type { RowDescription } from "./row-description.ts";

/** Every message a server may send. */
export type BackendMessage =
  | Authentication
  | BackendKeyData
  | BindComplete
  | CloseComplete
  | CommandComplete
  | CopyBothResponse
  | CopyData
  | CopyDone
  | CopyInResponse
  | CopyOutResponse
  | DataRow
  | EmptyQueryResponse
  | ErrorResponse
  | FunctionCallResponse
  | NegotiateProtocolVersion
  | NoData
  | NoticeResponse
  | NotificationResponse
  | ParameterDescription
  | ParameterStatus
  | ParseComplete
  | PortalSuspended
  | ReadyForQuery
  | RowDescription;
