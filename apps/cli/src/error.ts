/**
 * Everything that the command itself can refuse.
 *
 * - `ALREADY_GUARDED`: a target of custody.yaml has this database already.
 * - `CONFIG_INVALID`: custody.yaml cannot be read, or says something that is not understood.
 * - `DATABASE_REFUSED`: the database answers, and lets nobody in who comes like this.
 * - `DATABASE_UNREACHABLE`: nothing answers where the database should be.
 * - `DISK_STOPPED`: the disk has less room than `disk.stopBelow`, so nothing is recorded and nothing forwarded.
 * - `FILE_UNUSABLE`: a file that the command line names cannot be read or written, or would be overwritten.
 * - `HOLD_ROWS_WRONG`: the rows that the server gives for a hold are not those that it names.
 * - `INTERNAL`: a mistake of ours; CUSTODY_DEBUG=1 shows where.
 * - `KEY_IN_PLACE`: the master key is where it should be, so a recovery copy is not put over it.
 * - `NOT_COVERED`: records are there that no published checkpoint covers yet.
 * - `NOT_FOUND`: no record has this id.
 * - `RECORD_DESTROYED`: the record that was asked for was destroyed; its entry still stands.
 * - `RECORD_TOO_LONG`: a record is larger than the ledger takes; what it describes was not forwarded.
 * - `RECOVERY_MISSING`: custody.yaml wants a recovery copy of the master key before a start, and there is none.
 * - `RECOVERY_WRONG`: a recovery copy is of another ledger, or of another generation of its key.
 * - `SERVER_REFUSED`: the running server said no.
 * - `SERVER_UNREACHABLE`: no server is running, or it does not answer.
 * - `SERVER_UNTRUSTED`: what answers at the server's address does not show a certificate that is trusted.
 * - `TOKEN_MISSING`: there is no token to show to the server.
 * - `TOUR_RUNNING`: another process runs the tour of this folder.
 * - `UPSTREAM_MISSING`: the variable or file with the database's URL is not there.
 * - `USAGE`: the arguments make no sense.
 */
export type CliErrorCode =
  | "ALREADY_GUARDED"
  | "CONFIG_INVALID"
  | "DATABASE_REFUSED"
  | "DATABASE_UNREACHABLE"
  | "DISK_STOPPED"
  | "FILE_UNUSABLE"
  | "HOLD_ROWS_WRONG"
  | "INTERNAL"
  | "KEY_IN_PLACE"
  | "NOT_COVERED"
  | "NOT_FOUND"
  | "RECORD_DESTROYED"
  | "RECORD_TOO_LONG"
  | "RECOVERY_MISSING"
  | "RECOVERY_WRONG"
  | "SERVER_REFUSED"
  | "SERVER_UNREACHABLE"
  | "SERVER_UNTRUSTED"
  | "TOKEN_MISSING"
  | "TOUR_RUNNING"
  | "UPSTREAM_MISSING"
  | "USAGE";

/** `what` went wrong, and `advice`: what the reader can do about it. Shown as one line. */
export class CliError extends Error {
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, what: string, advice: string, options?: { cause?: unknown }) {
    super(`${what} — ${advice}`, options);
    this.name = "CliError";
    this.code = code;
  }
}

/** The answer was "no", as opposed to a question that made no sense or could not be asked. */
const ANSWERED_NO = [
  "ALREADY_GUARDED",
  "DATABASE_REFUSED",
  "INDEX_UNKNOWN",
  "KEY_IN_PLACE",
  "NOT_COVERED",
  "NOT_FOUND",
  "RECORD_DESTROYED",
  "RECOVERY_WRONG",
  "SERVER_REFUSED",
];

/** 1 for "no", 2 for unusable arguments or state. */
export function exitCodeOf(code: string): 1 | 2 {
  return ANSWERED_NO.includes(code) ? 1 : 2;
}
