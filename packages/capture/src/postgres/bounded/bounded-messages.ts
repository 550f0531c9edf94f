/** A client's messages that run together. */
export interface BoundedMessages {
  readonly messages: readonly Buffer[];
  /** One Query; else they end with a Sync. */
  readonly isQueryString: boolean;
  readonly isInTransaction: boolean;
  /** The prepared statements that they make, which no rollback takes away. */
  readonly prepares: readonly string[];
  /** From here on the transaction may have been committed. */
  readonly onCommit: () => void;
}
