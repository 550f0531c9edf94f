import type { Operation, Tier } from "@custody/domain";

/** What a statement does to the transaction it stands in. */
export type TransactionControl =
  | { readonly kind: "begin"; readonly readOnly?: boolean }
  | { readonly kind: "commit"; readonly chain: boolean }
  | { readonly kind: "rollback"; readonly chain: boolean }
  | { readonly kind: "savepoint"; readonly name: string }
  | { readonly kind: "release"; readonly name: string }
  | { readonly kind: "rollback-to"; readonly name: string }
  | { readonly kind: "prepare-transaction"; readonly gid: string }
  | { readonly kind: "commit-prepared"; readonly gid: string }
  | { readonly kind: "rollback-prepared"; readonly gid: string };

/**
 * What a statement does, as far as its text tells.
 *
 * The text does not tell everything: a view, a trigger, a rule, a user's operator, a cast or a column that is
 * really a function call (`SELECT t.f FROM t`) can run any function. Those need the catalogue.
 *
 * Statements that differ only in their literals share one object of this type, so a reader may remember what it
 * made of `operations` by reference.
 */
export interface StatementEffects {
  /** The statement's keyword: SELECT, "CREATE TABLE", "COPY FROM PROGRAM", "TRANSACTION BEGIN" … */
  readonly verb: string;
  /** The outermost first. */
  readonly operations: readonly Operation[];
  /** The highest of the operations. */
  readonly tier: Tier;
  /**
   * Can change data, the catalogue, a sequence, or anything outside. `SELECT … FOR UPDATE` and `LOCK` take locks
   * but change nothing: false. So do `SET` and its kin, which change the session only.
   */
  readonly writes: boolean;
  /** Something of it survives a ROLLBACK, or it cannot run in a transaction at all. */
  readonly escapesTransaction: boolean;
  /** The names of settings that it changes, in lower case; `all` for RESET ALL, `*` when the name is computed. */
  readonly changesSession: readonly string[];
  /** The functions it calls, with a schema when one is written. */
  readonly functions: readonly string[];
  readonly control?: TransactionControl;
  readonly copy?: {
    readonly direction: "in" | "out";
    readonly source: "client" | "file" | "program";
  };
  readonly cursor?: {
    readonly kind: "declare" | "fetch" | "move" | "close";
    /** `undefined` for CLOSE ALL. */
    readonly name: string | undefined;
    /** What a FETCH from a declared cursor does; running the query happens there, not at DECLARE. */
    readonly query?: StatementEffects;
    /** WITH HOLD: the end of its transaction runs what is left of its query. */
    readonly isHeld?: true;
  };
  readonly deallocates?: { readonly name: string } | { readonly all: true };
  readonly discards?: "all" | "plans" | "sequences" | "temp";
  /**
   * SQL EXECUTE. Until `resolveExecute` replaces it by the prepared statement's own, an operation of kind
   * `unknown` stands for what will run, so that a forgotten look-up is refused and not waved through.
   */
  readonly executes?: {
    readonly name: string;
    /** The source text of each argument. */
    readonly arguments: readonly string[];
    /** What remains of `writes` and `escapesTransaction` without the prepared statement. */
    readonly writes: boolean;
    readonly escapesTransaction: boolean;
    /** EXPLAIN EXECUTE: what was prepared is planned, which can run functions, and nothing else of it happens. */
    readonly isPlannedOnly?: true;
  };
  /** What it runs and does not say itself, in the words in which that was prepared. */
  readonly runs?: readonly string[];
  /** It runs something of which the words are not known here any more: what a cursor was declared for. */
  readonly runsUnseen?: true;
  /** SQL PREPARE. The operations are those of `body`; nothing runs yet, so `writes` is false. */
  readonly prepares?: { readonly name: string; readonly text: string; readonly body: StatementEffects };
}

/** One statement of a message, and what it does. */
export interface ClassifiedStatement extends StatementEffects {
  /** Its own slice of the message, without white space around it, with the comments that belong to it. */
  readonly text: string;
  /** Where the slice begins and ends, in bytes of the message. */
  readonly start: number;
  readonly end: number;
  /** SHA-256 of the slice's bytes, in hex. */
  readonly digest: string;
  /** Equal for statements that differ in literals, parameters and layout only; see fingerprint.ts. */
  readonly fingerprint: string | undefined;
}

export interface ClassifyContext {
  /** The database of the connection; objects are reported in it. */
  readonly database: string;
}
