/**
 * A receipt proves offline that an entry is in the log. Its format is https://c2sp.org/tlog-proof:
 *
 *     c2sp.org/tlog-proof@v1
 *     extra <base64 of anything; left out when there is nothing>
 *     index <index of the entry, decimal>
 *     <base64 of each hash of the inclusion proof, from the leaf's sibling up>
 *     <empty line>
 *     <checkpoint, a signed note, as the log published it>
 */
import { LedgerError } from "../error.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { parseDecimal } from "./decimal.ts";
import { parseNote } from "./note.ts";
import { HASH_BYTES } from "./tree-hash.ts";
import { textOf } from "./utf8.ts";

const FIRST_LINE = "c2sp.org/tlog-proof@v1";
const PROOF_HASHES_MAX = 63;
/** In UTF-16 code units: room for the largest record in base64 (64 MiB), and for the largest note. */
const RECEIPT_LENGTH_MAX = 92_000_000;

export interface Receipt {
  /** The signed note, verbatim: its signatures cover these very bytes. */
  readonly checkpoint: string;
  /** For the application. No signature covers it. */
  readonly extra?: Uint8Array;
  readonly index: number;
  readonly proof: readonly Uint8Array[];
}

/** Reads a receipt without checking what it claims. */
export function parseReceipt(receipt: string | Uint8Array): Receipt {
  const text = receipt.length > RECEIPT_LENGTH_MAX ? refuse("it is too long") : textOf(receipt);
  if (text === undefined) return refuse("it is not UTF-8");
  const separator = text.indexOf("\n\n");
  if (separator === -1) refuse("it has no checkpoint");
  const checkpoint = text.slice(separator + 2);
  checkCheckpoint(checkpoint);
  const [first, ...lines] = text.slice(0, separator).split("\n");
  if (first !== FIRST_LINE) refuse("it begins with another line");
  const extra = lines[0]?.startsWith("extra ") ? parseExtra(lines.shift()!) : undefined;
  const index = parseIndex(lines.shift());
  if (lines.length > PROOF_HASHES_MAX) refuse("its proof is too long");
  return { checkpoint, ...(extra && { extra }), index, proof: lines.map(parseHash) };
}

/** Writes a receipt; the reverse of `parseReceipt`. */
export function formatReceipt({ checkpoint, extra, index, proof }: Receipt): string {
  const head = extra === undefined ? "" : `extra ${encodeBase64(extra)}\n`;
  const hashes = proof.map((hash) => `${encodeBase64(hash)}\n`).join("");
  const text = `${FIRST_LINE}\n${head}index ${index}\n${hashes}\n${checkpoint}`;
  // So that nobody is handed a receipt that we would not read ourselves.
  parseReceipt(text);
  return text;
}

function parseExtra(line: string): Uint8Array {
  const extra = decodeBase64(line.slice("extra ".length));
  if (extra === undefined || extra.length === 0) return refuse("its extra data is not base64");
  return extra;
}

function parseIndex(line: string | undefined): number {
  const index = line?.startsWith("index ") ? parseDecimal(line.slice("index ".length)) : undefined;
  return index ?? refuse("it has no index that we can count to");
}

function parseHash(line: string): Uint8Array {
  const hash = decodeBase64(line);
  return hash?.length === HASH_BYTES ? hash : refuse("a line of its proof is not a hash");
}

/** Only its form: a signature is for `verifyReceipt` to check, with a key. */
function checkCheckpoint(checkpoint: string): void {
  try {
    parseCheckpoint(parseNote(checkpoint).text);
  } catch (cause) {
    throw new LedgerError("RECEIPT_MALFORMED", "Not a receipt: its checkpoint is malformed", {
      cause,
    });
  }
}

function refuse(why: string): never {
  throw new LedgerError("RECEIPT_MALFORMED", `Not a receipt: ${why}`);
}
