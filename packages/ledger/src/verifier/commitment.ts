import { concatBytes } from "./bytes.ts";
import { type Primitives, webPrimitives } from "./primitives.ts";
import { encodeUtf8 } from "./utf8.ts";

export const SALT_BYTES = 16;

/** The version is in it, and the zero byte ends it, so that no other hash of the ledger can be taken for this one. */
const LABEL = encodeUtf8("ledger/payload/v1\0");

/**
 * What an envelope says about its payload: SHA-256("ledger/payload/v1\0" || salt || payload). The salt is random and
 * kept with the payload, so that once both are destroyed nobody can guess a payload and see that the guess was right.
 */
export async function commitment(
  salt: Uint8Array,
  payload: Uint8Array,
  primitives: Primitives = webPrimitives,
): Promise<Uint8Array> {
  // A salt of another length would move the border between salt and payload, and open two payloads by one commitment.
  if (salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes, not ${salt.length}`);
  return await primitives.sha256(concatBytes(LABEL, salt, payload));
}
