import type { ResponseField } from "@custody/wire/postgres";

/** The server's answer to a question of our own that it did not like. */
export class StatementFailure extends Error {
  readonly fields: readonly ResponseField[];
  /** The ErrorResponse as it came. */
  readonly raw: Buffer | undefined;

  constructor(fields: readonly ResponseField[], raw?: Buffer) {
    super(fields.find(({ code }) => code === "M")?.value ?? "the server gave no reason");
    this.fields = fields;
    this.raw = raw;
  }
}

/** No answer will come any more. `why` is how it goes on after "the connection ended": what the server said last, or nothing. */
export class ConnectionLost extends Error {
  readonly why: string;

  constructor(why: string) {
    super(`the database ended the connection${why}`);
    this.why = why;
  }
}

/** Of our own questions only: the rows of others are counted, and not read. */
export class RowTooLong extends Error {}
