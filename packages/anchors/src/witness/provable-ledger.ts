/** What a witness needs to be shown of the ledger. */
export interface ProvableLedger {
  /** The size of the newest published checkpoint. */
  publishedSize(): Promise<number>;
  proveConsistency(oldSize: number, size: number): Promise<readonly Uint8Array[]>;
  rootAt(size: number): Promise<Uint8Array>;
}
