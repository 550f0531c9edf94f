import { BodyReader } from "./body-reader.ts";
import { type CancelRequest, decodeCancelRequest } from "./cancel-request.ts";
import { decodeGssEncRequest, type GssEncRequest } from "./gss-enc-request.ts";
import { decodeSslRequest, type SslRequest } from "./ssl-request.ts";
import { startupCodes } from "./startup-code.ts";
import { decodeStartupMessage, type StartupMessage } from "./startup-message.ts";

/** What a client may send before its session: packets without a type byte. */
export type StartupPacket = StartupMessage | SslRequest | GssEncRequest | CancelRequest;

/** Decodes the body of a startup packet, told apart by its first word: a request code or a protocol version. */
export function decodeStartupPacket(body: Buffer): StartupPacket {
  switch (new BodyReader(body, "A startup packet").uint32()) {
    case startupCodes.cancel:
      return decodeCancelRequest(body);
    case startupCodes.ssl:
      return decodeSslRequest(body);
    case startupCodes.gssEnc:
      return decodeGssEncRequest(body);
    default:
      return decodeStartupMessage(body);
  }
}
