import { WireError } from "../error.ts";
import { decodeAuthenticationResponse } from "./authentication-response.ts";
import { decodeBind } from "./bind.ts";
import { decodeClose } from "./close.ts";
import { decodeCopyData } from "./copy-data.ts";
import { decodeCopyDone } from "./copy-done.ts";
import { decodeCopyFail } from "./copy-fail.ts";
import { decodeDescribe } from "./describe.ts";
import { decodeExecute } from "./execute.ts";
import { decodeFlush } from "./flush.ts";
import type { FrontendMessage } from "./frontend-message.ts";
import { decodeFunctionCall } from "./function-call.ts";
import { indexByType } from "./index-by-type.ts";
import { decodeParse } from "./parse.ts";
import { decodeQuery } from "./query.ts";
import { decodeSync } from "./sync.ts";
import { decodeTerminate } from "./terminate.ts";

const decoders = indexByType<(body: Buffer) => FrontendMessage>({
  Q: decodeQuery,
  P: decodeParse,
  B: decodeBind,
  D: decodeDescribe,
  E: decodeExecute,
  C: decodeClose,
  H: decodeFlush,
  S: decodeSync,
  F: decodeFunctionCall,
  d: decodeCopyData,
  c: decodeCopyDone,
  f: decodeCopyFail,
  X: decodeTerminate,
  p: decodeAuthenticationResponse,
});

/**
 * Decodes the body of a message from a client. `type` is its first byte; `body` is what follows the length word.
 *
 * A 'p' message comes back as `authentication-response`, with its data undecoded: four messages share that byte, and
 * only who knows what the server asked for can tell which one it is.
 */
export function decodeFrontend(type: number, body: Buffer): FrontendMessage {
  const decode = decoders[type];
  if (decode === undefined) {
    throw new WireError("MESSAGE_UNKNOWN", `A client sends no message of type ${type}.`, { offset: 0 });
  }
  return decode(body);
}
