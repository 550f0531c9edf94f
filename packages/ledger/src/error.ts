/**
 * Everything that can be wrong with a ledger's bytes, or with what a caller hands to it.
 *
 * The code is the contract; the message is for people and may change. A `_MALFORMED` code means that the bytes do
 * not follow their format, so nothing can be said about what they claim. A `_INVALID` or `_UNVERIFIED` code means
 * that they are well formed, and that the claim is false or nobody we trust makes it.
 */
export type LedgerErrorCode =
  /** A stored blob, or a part of it, is not what its name says. */
  | "BLOB_DAMAGED"
  /** No blob of this name is stored under this key: it never was, or it was destroyed with its key. */
  | "BLOB_MISSING"
  /** A text is no reference of a blob. */
  | "BLOB_NAME_MALFORMED"
  /** A stored block does not follow its format, or does not decrypt to what the entries committed to. */
  | "BLOCK_DAMAGED"
  /** A value has no canonical JSON form: NaN, a function, a lone surrogate, a cycle. */
  | "CANONICAL_UNSUPPORTED"
  /** The text of a checkpoint does not follow c2sp.org/tlog-checkpoint. */
  | "CHECKPOINT_MALFORMED"
  /** An entry handed to `append` breaks a limit: its type, its size, its sequence. */
  | "ENTRY_INVALID"
  /** An entry is not the one canonical encoding of an envelope. */
  | "ENVELOPE_MALFORMED"
  /** The data directory was written by a newer version; this one would not understand all of it. */
  | "FORMAT_NEWER"
  /** Records are being destroyed, so a copy made now would be of two moments. */
  | "ERASURE_UNDER_WAY"
  /** An order to destroy keys names none that is there, or too many at once. */
  | "ERASURE_INVALID"
  /** The directory is not a ledger, or its format file is damaged. */
  | "FORMAT_UNKNOWN"
  /** No entry has this index. */
  | "INDEX_UNKNOWN"
  /** A row of the key ring is damaged or was changed. */
  | "KEY_RING_DAMAGED"
  /** The directory is a copy of a ledger; going on in it takes an explicit acceptance of what the copy lacks. */
  | "LEDGER_IS_COPY"
  /** The ledger was closed, nothing can be appended. */
  | "LEDGER_CLOSED"
  /** The disk is full: nothing more is accepted until space is made and the ledger is opened again. */
  | "LEDGER_DISK_FULL"
  /** The disk failed; what it holds is in doubt until the ledger is opened again and verified. */
  | "LEDGER_IO"
  /** Another process has the directory open for writing. */
  | "LEDGER_LOCKED"
  /** The path is too long for the lock's Unix socket on this system. */
  | "LOCK_PATH_TOO_LONG"
  /** The master key cannot be replaced where it is kept, as in an environment variable. */
  | "MASTER_KEY_FIXED"
  /** The master key file is missing, or not 32 bytes in hexadecimal. */
  | "MASTER_KEY_MALFORMED"
  /** Whoever seals the master key (Vault, a key management service) cannot be asked now. */
  | "MASTER_KEY_UNAVAILABLE"
  /** The master key is well formed but does not open this ledger's key ring. */
  | "MASTER_KEY_WRONG"
  /** A note does not follow c2sp.org/signed-note. */
  | "NOTE_MALFORMED"
  /** No known key has signed the note, or a known key's signature is wrong. */
  | "NOTE_UNVERIFIED"
  /** The data key of an entry is gone, and with it what the entry's payload said; the entry itself still stands. */
  | "PAYLOAD_DESTROYED"
  /** A policy does not follow c2sp.org/tlog-policy. */
  | "POLICY_MALFORMED"
  /** A proof has the wrong length or its numbers are outside the tree. */
  | "PROOF_MALFORMED"
  /** A well-formed proof does not lead to the root. */
  | "PROOF_INVALID"
  /** A receipt does not follow c2sp.org/tlog-proof, or is no COSE receipt as we write them. */
  | "RECEIPT_MALFORMED"
  /** A well-formed receipt does not prove the entry. */
  | "RECEIPT_INVALID"
  /** A request to a witness does not follow c2sp.org/tlog-witness. */
  | "REQUEST_MALFORMED"
  /** What was signed before covers more than what can be recovered, or says something else: a rewind or a rewrite. */
  | "REWIND_DETECTED"
  /** Stored files contradict each other; start is refused so that nothing is overwritten. */
  | "STATE_DAMAGED"
  /** A tile's path, width or bytes do not follow c2sp.org/tlog-tiles. */
  | "TILE_MALFORMED"
  /** A verifier key does not follow c2sp.org/signed-note. */
  | "VERIFIER_KEY_MALFORMED"
  /** A write-ahead frame is damaged although a later one proves that it was acknowledged. */
  | "WAL_DAMAGED";

export class LedgerError extends Error {
  readonly code: LedgerErrorCode;

  constructor(code: LedgerErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "LedgerError";
    this.code = code;
  }
}
