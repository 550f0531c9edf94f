import { encodeAuthenticationResponse } from "./authentication-response.ts";
import { encodeBind } from "./bind.ts";
import { encodeClose } from "./close.ts";
import { encodeCopyData } from "./copy-data.ts";
import { encodeCopyDone } from "./copy-done.ts";
import { encodeCopyFail } from "./copy-fail.ts";
import { encodeDescribe } from "./describe.ts";
import { encodeExecute } from "./execute.ts";
import { encodeFlush } from "./flush.ts";
import type { FrontendMessage } from "./frontend-message.ts";
import { encodeFunctionCall } from "./function-call.ts";
import { encodeGssResponse } from "./gss-response.ts";
import { encodeParse } from "./parse.ts";
import { encodePasswordMessage } from "./password-message.ts";
import { encodeQuery } from "./query.ts";
import { encodeSaslInitialResponse } from "./sasl-initial-response.ts";
import { encodeSaslResponse } from "./sasl-response.ts";
import { encodeSync } from "./sync.ts";
import { encodeTerminate } from "./terminate.ts";

type Encoders = {
  readonly [Type in FrontendMessage["type"]]: (message: Extract<FrontendMessage, { type: Type }>) => Buffer;
};

const encoders: Encoders = {
  query: encodeQuery,
  parse: encodeParse,
  bind: encodeBind,
  describe: encodeDescribe,
  execute: encodeExecute,
  close: encodeClose,
  flush: encodeFlush,
  sync: encodeSync,
  "function-call": encodeFunctionCall,
  "copy-data": encodeCopyData,
  "copy-done": encodeCopyDone,
  "copy-fail": encodeCopyFail,
  terminate: encodeTerminate,
  "authentication-response": encodeAuthenticationResponse,
  "password-message": encodePasswordMessage,
  "sasl-initial-response": encodeSaslInitialResponse,
  "sasl-response": encodeSaslResponse,
  "gss-response": encodeGssResponse,
};

/** Encodes a whole message of ours to a server: type byte, length and body. */
export function encodeFrontend(message: FrontendMessage): Buffer {
  const encode = encoders[message.type] as (message: FrontendMessage) => Buffer;
  return encode(message);
}
