export type PlaceKind = "witness" | "timestamp" | "git" | "file" | "s3";

/** A place outside this machine that keeps checkpoints. */
export interface Place {
  readonly kind: PlaceKind;
  /** How people know it: a name or an address without credentials. */
  readonly name: string;
  /** How often it wants a newer checkpoint. */
  readonly everyMs: number;
  /** Brings a checkpoint there, or throws an `AnchorError` saying what, where and what to do. Repeating is harmless. */
  keep(checkpoint: SignedCheckpoint): Promise<Kept>;
}

/** A checkpoint that the ledger published, with what it says. */
export interface SignedCheckpoint {
  /** The signed note, whole. */
  readonly note: string;
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

/** What came back from a place. */
export interface Kept {
  /** Lines of a signed note, without their newline, by which witnesses vouch for the checkpoint. */
  readonly cosignatures?: readonly string[];
  /** What to keep beside the ledger, under this file name: a timestamp, for example. */
  readonly evidence?: { readonly name: string; readonly bytes: Buffer };
}
