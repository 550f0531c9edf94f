import type { BodyReader } from "./body-reader.ts";

/**
 * The limits of a cancel key since protocol 3.2. Protocol 3.0 has exactly four bytes; that is not checked here,
 * because BackendKeyData does not say which version was negotiated.
 */
const secretKeyBytesMin = 4;
const secretKeyBytesMax = 256;

/** Reads the rest of the message as the key. */
export function readSecretKey(reader: BodyReader): Buffer {
  const size = reader.remainingBytes;
  if (size < secretKeyBytesMin || size > secretKeyBytesMax) reader.fail("has a key outside 4 to 256 bytes");
  return reader.rest();
}
