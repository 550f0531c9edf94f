/** Something that is not as it must be. `file` is relative to the ledger's directory. */
export interface Finding {
  readonly code: FindingCode;
  readonly file: string;
  readonly index?: number;
  readonly message: string;
}

export type FindingCode =
  /** A pack was changed, or a blob that a record names is missing or is not what its name says. */
  | "BLOB_DAMAGED"
  /** A stored block was changed, is missing, or does not hold what the entries committed to. */
  | "BLOCK_DAMAGED"
  /** A bundle is missing, cannot be told apart, or holds other entries than the tree. */
  | "BUNDLE_DAMAGED"
  /** An entry does not name the one before it. */
  | "CHAIN_BROKEN"
  /** A checkpoint's signature is wrong, or its root is not the tree's. */
  | "CHECKPOINT_INVALID"
  /** An entry is not an envelope, or claims another index. */
  | "ENTRY_INVALID"
  /** The record inside says something else than its envelope. */
  | "ENVELOPE_CONTRADICTED"
  /** The verifier key, the epoch, the state, what was signed or what was recovered is damaged or missing. */
  | "FILE_DAMAGED"
  /** A file that no ledger writes, or that belongs to entries which are not here. */
  | "FILE_UNEXPECTED"
  /** The key of entries is gone, and no record behind them says that it was to be destroyed. */
  | "KEY_MISSING"
  /** A row of the key ring was changed. */
  | "KEY_RING_DAMAGED"
  /** A source's records do not count on without a gap. */
  | "SEQUENCE_GAP"
  /** A tile is missing or differs from the entries. */
  | "TILE_DAMAGED"
  /** A checkpoint covers more entries than there are: the end was cut off. */
  | "TRUNCATED"
  /** A write-ahead frame or segment is damaged. */
  | "WAL_DAMAGED";

/** More findings than this say nothing new. */
const FINDINGS_MAX = 1000;

export class Findings {
  readonly list: Finding[] = [];

  add(code: FindingCode, file: string, message: string, index?: number): void {
    if (this.list.length >= FINDINGS_MAX) return;
    this.list.push(index === undefined ? { code, file, message } : { code, file, index, message });
  }
}
