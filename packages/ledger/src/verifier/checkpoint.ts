/**
 * The text of a checkpoint, by https://c2sp.org/tlog-checkpoint:
 *
 *     <origin>
 *     <size of the tree, decimal>
 *     <base64 of its root>
 *     <extension lines, which nobody should write and we only pass on>
 *
 * It is the text of a signed note: nothing in it may be believed before `openNote` has checked the signature.
 */
import { LedgerError } from "../error.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { parseDecimal } from "./decimal.ts";
import { EMPTY_ROOT, HASH_BYTES } from "./tree-hash.ts";

export interface Checkpoint {
  readonly extensions: readonly string[];
  /** Names the log, for all time. Usually also the name of the key that signs. */
  readonly origin: string;
  readonly root: Uint8Array;
  readonly size: number;
}

export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.includes("")) refuse("its lines are not all full and ended by a newline");
  const [origin, sizeText, rootText, ...extensions] = lines;
  if (origin === undefined || sizeText === undefined || rootText === undefined)
    return refuse("it has too few lines");
  const size = parseDecimal(sizeText);
  if (size === undefined) return refuse("its size is not a whole number that we can count to");
  const root = decodeBase64(rootText);
  if (root?.length !== HASH_BYTES) return refuse("its root is not a hash");
  if (size === 0 && rootText !== EMPTY_ROOT) return refuse("an empty tree has another root");
  return { extensions, origin, root, size };
}

/** Writes the text to sign. The root is taken as it is; whether it belongs to the tree is the caller's to know. */
export function formatCheckpoint(checkpoint: { origin: string; root: Uint8Array; size: number }): string {
  const text = `${checkpoint.origin}\n${checkpoint.size}\n${encodeBase64(checkpoint.root)}\n`;
  // An origin with a newline in it would move the other lines: the text must say what was asked.
  if (parseCheckpoint(text).origin !== checkpoint.origin) refuse("its origin is more than one line");
  return text;
}

function refuse(why: string): never {
  throw new LedgerError("CHECKPOINT_MALFORMED", `Not a checkpoint: ${why}`);
}
