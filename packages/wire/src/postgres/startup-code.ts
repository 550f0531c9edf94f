import { WireError } from "../error.ts";
import { BodyReader } from "./body-reader.ts";

/**
 * What stands where a StartupMessage has its protocol version. Each is the major version 1234, chosen never to exist,
 * above a minor one of 5678, 5679 or 5680. See `pqcomm.h` of the server.
 */
export const startupCodes = {
  cancel: 80877102,
  ssl: 80877103,
  gssEnc: 80877104,
} as const;

/** Returns a reader that stands behind the code, or fails if the packet has another code. */
export function startupReader(body: Buffer, message: string, code: number): BodyReader {
  const reader = new BodyReader(body, message);
  if (reader.uint32() !== code) {
    throw new WireError("STARTUP_UNSUPPORTED", `The packet is not ${message}.`, { offset: 0 });
  }
  return reader;
}
