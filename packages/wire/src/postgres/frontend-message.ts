import type { AuthenticationResponse } from "./authentication-response.ts";
import type { Bind } from "./bind.ts";
import type { Close } from "./close.ts";
import type { CopyData } from "./copy-data.ts";
import type { CopyDone } from "./copy-done.ts";
import type { CopyFail } from "./copy-fail.ts";
import type { Describe } from "./describe.ts";
import type { Execute } from "./execute.ts";
import type { Flush } from "./flush.ts";
import type { FunctionCall } from "./function-call.ts";
import type { GssResponse } from "./gss-response.ts";
import type { Parse } from "./parse.ts";
import type { PasswordMessage } from "./password-message.ts";
import type { Query } from "./query.ts";
import type { SaslInitialResponse } from "./sasl-initial-response.ts";
import type { SaslResponse } from "./sasl-response.ts";
import type { Sync } from "./sync.ts";
import type { Terminate } from "./terminate.ts";

/**
 * Every typed message a client may send. It shares no type with what servers send but the COPY stream, so
 * that a message cannot be written to the wrong side. The packets before the session are {@link StartupPacket}s.
 */
export type FrontendMessage =
  | Query
  | Parse
  | Bind
  | Describe
  | Execute
  | Close
  | Flush
  | Sync
  | FunctionCall
  | CopyData
  | CopyDone
  | CopyFail
  | Terminate
  | AuthenticationResponse
  | PasswordMessage
  | SaslInitialResponse
  | SaslResponse
  | GssResponse;
