/**
 * A line of receipts.jsonl. The entry is the JSON that it is in the log; `between` are the hashes that stand for all
 * entries between the one of the line before and this one, and `salt` is missing when the record was destroyed:
 *
 *     {"between":["<base64>"],"entry":{"c":"…","e":1,"i":4,…},"salt":"<base64>"}
 *
 * The last line has what stands behind the last entry: `{"between":["<base64>"]}`.
 */
import {
  decodeBase64,
  type Envelope,
  encodeBase64,
  LedgerError,
  parseEnvelope,
} from "@custody/ledger/verifier";

export interface ReceiptLine {
  readonly between: readonly Uint8Array[];
  /** Missing in the last line. */
  readonly entry?: EntryPart;
}

export interface EntryPart {
  readonly bytes: Uint8Array;
  readonly envelope: Envelope;
  readonly salt?: Uint8Array;
}

const encoder = new TextEncoder();
const HASHES_MAX = 128;
const SALT_BYTES = 16;

export function formatReceiptLine({
  between,
  entry,
}: Omit<ReceiptLine, "entry"> & { readonly entry?: Omit<EntryPart, "envelope"> }): string {
  const hashes = between.map((hash) => `"${encodeBase64(hash)}"`).join(",");
  if (entry === undefined) return `{"between":[${hashes}]}`;
  const salt = entry.salt === undefined ? "" : `,"salt":"${encodeBase64(entry.salt)}"`;
  return `{"between":[${hashes}],"entry":${new TextDecoder().decode(entry.bytes)}${salt}}`;
}

/** Undefined when the line is not one. An entry is taken only in the one text that it has. */
export function parseReceiptLine(line: string): ReceiptLine | undefined {
  const value = parseObject(line);
  const between = value && readHashes(value["between"]);
  if (value === undefined || between === undefined) return undefined;
  if (value["entry"] === undefined) return { between };
  const entry = readEntry(value["entry"]);
  const salt = value["salt"] === undefined ? undefined : readBytes(value["salt"], SALT_BYTES);
  if (entry === undefined || (salt === undefined && value["salt"] !== undefined)) return undefined;
  return { between, entry: { ...entry, ...(salt && { salt }) } };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function readHashes(value: unknown): Uint8Array[] | undefined {
  if (!Array.isArray(value) || value.length > HASHES_MAX) return undefined;
  const hashes = value.map((hash) => readBytes(hash, 32));
  return hashes.every((hash) => hash !== undefined) ? hashes : undefined;
}

function readBytes(value: unknown, length: number): Uint8Array | undefined {
  const bytes = typeof value === "string" ? decodeBase64(value) : undefined;
  return bytes?.length === length ? bytes : undefined;
}

function readEntry(value: unknown): { bytes: Uint8Array; envelope: Envelope } | undefined {
  const bytes = encoder.encode(JSON.stringify(value));
  try {
    return { bytes, envelope: parseEnvelope(bytes) };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return undefined;
  }
}
