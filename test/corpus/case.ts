/** One statement, or one message of several, and what Custody has to say of it. */
export interface Case {
  readonly sql: string;
  /** One line a statement, as `test/postgres/effects/render.ts` writes it. */
  readonly effects: string | readonly string[];
  /** What runs before it, in the same transaction. */
  readonly after?: readonly string[];
  /** Tables that it changes through a cascade, a trigger, a rule, a view or a partition: no text names them. */
  readonly also?: readonly string[];
  /** What the client sends for COPY FROM STDIN. */
  readonly data?: string;
  /** The SQLSTATE with which the server refuses it here. What it does elsewhere is not measured. */
  readonly fails?: string;
  /** It locks, or asks for a transaction id, and changes nothing by that. */
  readonly takesXid?: true;
  /** Why the server is not asked. */
  readonly unasked?: string;
  /** The first major version of PostgreSQL that knows it. */
  readonly since?: number;
  /**
   * The server changes something and the text does not tell: what it calls stands in the catalogue only. A case that
   * is told one day turns red, and then loses this mark.
   */
  readonly untold?: string;
}
