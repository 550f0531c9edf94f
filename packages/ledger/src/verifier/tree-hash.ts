/** The hashes of the tree, by RFC 6962, section 2.1: https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1 */
import { concatBytes } from "./bytes.ts";
import type { Primitives } from "./primitives.ts";

export const HASH_BYTES = 32;

const LEAF_PREFIX = Uint8Array.of(0x00);
const NODE_PREFIX = Uint8Array.of(0x01);

/** The root of a tree without leaves: the SHA-256 of nothing, in base64. */
export const EMPTY_ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

/** SHA-256(0x00 || entry). */
export async function leafHash(entry: Uint8Array, primitives: Primitives): Promise<Uint8Array> {
  return await primitives.sha256(concatBytes(LEAF_PREFIX, entry));
}

/** SHA-256(0x01 || left || right). */
export async function nodeHash(
  left: Uint8Array,
  right: Uint8Array,
  primitives: Primitives,
): Promise<Uint8Array> {
  return await primitives.sha256(concatBytes(NODE_PREFIX, left, right));
}
