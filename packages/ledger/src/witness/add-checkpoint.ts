/**
 * What a log sends to a witness (https://c2sp.org/tlog-witness, "add-checkpoint"):
 *
 *     old <size of the tree that the witness cosigned last, decimal>
 *     <base64 of each hash of the proof that the new tree begins with that one>
 *     <empty line>
 *     <checkpoint, a signed note>
 */
import { LedgerError } from "../error.ts";
import { decodeBase64, encodeBase64 } from "../verifier/base64.ts";
import { parseDecimal } from "../verifier/decimal.ts";
import { parseNote } from "../verifier/note.ts";
import { HASH_BYTES } from "../verifier/tree-hash.ts";
import { textOf } from "../verifier/utf8.ts";

const PROOF_HASHES_MAX = 63;

export interface AddCheckpoint {
  /** The signed note, verbatim. Only its form was looked at. */
  readonly checkpoint: string;
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
}

/** Reads a request without checking what it claims. @throws LedgerError REQUEST_MALFORMED */
export function parseAddCheckpoint(request: string | Uint8Array): AddCheckpoint {
  const text = textOf(request);
  if (text === undefined) return refuse("it is not UTF-8");
  const separator = text.indexOf("\n\n");
  if (separator === -1) refuse("it has no checkpoint");
  const [first, ...lines] = text.slice(0, separator).split("\n");
  const oldSize = first?.startsWith("old ") ? parseDecimal(first.slice("old ".length)) : undefined;
  if (oldSize === undefined) return refuse("it does not begin with an old size that we can count to");
  if (lines.length > PROOF_HASHES_MAX) refuse("its proof is too long");
  const checkpoint = text.slice(separator + 2);
  checkNote(checkpoint);
  return { checkpoint, oldSize, proof: lines.map(parseHash) };
}

/** Writes a request; the reverse of `parseAddCheckpoint`. */
export function formatAddCheckpoint({ checkpoint, oldSize, proof }: AddCheckpoint): string {
  const hashes = proof.map((hash) => `${encodeBase64(hash)}\n`).join("");
  const text = `old ${oldSize}\n${hashes}\n${checkpoint}`;
  // So that nobody is asked what we would not understand ourselves.
  parseAddCheckpoint(text);
  return text;
}

function parseHash(line: string): Uint8Array {
  const hash = decodeBase64(line);
  return hash?.length === HASH_BYTES ? hash : refuse("a line of its proof is not a hash");
}

function checkNote(checkpoint: string): void {
  try {
    parseNote(checkpoint);
  } catch (cause) {
    throw new LedgerError("REQUEST_MALFORMED", "Not a request: its checkpoint is no signed note", {
      cause,
    });
  }
}

function refuse(why: string): never {
  throw new LedgerError("REQUEST_MALFORMED", `Not a request to a witness: ${why}`);
}
