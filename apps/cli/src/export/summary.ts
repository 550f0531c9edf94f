/** What `custody export --json` prints. */
export interface Summary {
  readonly format: string;
  readonly records: number;
  readonly bytes: number;
  readonly path: string;
  /** The ledger's size that was looked at; for a log, the size that its checkpoint covers. */
  readonly size: number;
  /** Of the log, in base64. */
  readonly root?: string;
}

/** What narrows an export of records. */
export const FILTERS = ["since", "until", "session", "target", "type"] as const;
