/** What statements did to one table of one target. */
export interface TableTotal {
  readonly target: string;
  readonly table: string;
  /** Statements that named it and have ended, however they ended. */
  readonly statements: number;
  /** Those of them that read it, and those that wrote or defined it; a statement may do both. Denied ones are neither. */
  readonly reads: number;
  readonly writes: number;
  readonly denied: number;
  /** Statements whose transaction was rolled back; they are among the reads and writes. */
  readonly rolledBack: number;
  /** Rows that lasting statements changed; only statements that write one table say whose rows they were. */
  readonly rowsAffected: number;
  readonly lastIndex: number;
  readonly lastTime: string;
}

/** Tables in the order of their targets and names. */
export interface TablePage {
  readonly tables: readonly TableTotal[];
  /** Give it as `after` for the next page; null on the last one. */
  readonly next: string | null;
}
