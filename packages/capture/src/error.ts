/**
 * Every way in which capture refuses to understand what an agent sent. The code is the contract, the message is
 * for people.
 *
 * - `BOUND_ESCAPED`: a transaction in which a statement was measured has ended without Custody; it may have had effect.
 * - `COMMIT_DENIED`: what a pipeline has written may not be committed any more, and its Sync would do that.
 * - `DESYNCHRONISED`: the server answered something that nothing was waiting for. What belongs to what is in doubt,
 *   so the connection ends.
 * - `PROTOCOL_VIOLATION`: the client sent what the protocol does not allow at this point.
 * - `RECORDING_MALFORMED`: a terminal's recording is no asciicast v3; the message names the line.
 * - `READER_LOST`: what reads conversations with models is gone, so nothing can be recorded of them.
 * - `SIGN_IN_REFUSED`: the agent's session or token is not valid, or it asks for what an agent may not have.
 * - `SIMULATION_ESCAPED`: the transaction of a simulation ended although it could not; its statement may have had effect.
 * - `SIMULATION_LOST`: the connection ended in the middle of a simulation; the server rolls back by itself.
 * - `SIMULATION_UNMEASURED`: the statement ran and was rolled back, and what it did could not be found out, mostly in time.
 * - `STATEMENT_UNPARSEABLE`: PostgreSQL's own grammar does not accept the text; `position` says where.
 * - `STATEMENT_TOO_COMPLEX`: nested or chained too deeply to be parsed here. Thrown by `classify`, it means that
 *   `classifyInWorker` may still succeed; thrown by that one, it is final.
 * - `STATEMENT_TOO_LONG`: more bytes than this way of parsing takes.
 * - `TARGET_CHANGED`: another server answers than the one that the target is held to.
 * - `TLS_HANDSHAKE_FAILED`: the client began TLS and did not come to its end, or did not name the protocol.
 * - `TLS_REQUIRED`: the client began without TLS where TLS is required.
 * - `UPSTREAM_REFUSED`: the server did not let Custody in, or asks for a way to sign in that is not safe.
 * - `UPSTREAM_TLS_FAILED`: the server does not speak TLS, which `sslmode` demands, or the handshake with it failed.
 * - `UPSTREAM_UNREACHABLE`: no connection to the server could be made, or it ended while signing in.
 * - `UPSTREAM_UNVERIFIED`: the server's certificate is not trusted, or is for another host.
 */
export type CaptureErrorCode =
  | "BOUND_ESCAPED"
  | "COMMIT_DENIED"
  | "DESYNCHRONISED"
  | "PROTOCOL_VIOLATION"
  | "RECORDING_MALFORMED"
  | "READER_LOST"
  | "SIGN_IN_REFUSED"
  | "SIMULATION_ESCAPED"
  | "SIMULATION_LOST"
  | "SIMULATION_UNMEASURED"
  | "STATEMENT_UNPARSEABLE"
  | "STATEMENT_TOO_COMPLEX"
  | "STATEMENT_TOO_LONG"
  | "TARGET_CHANGED"
  | "TLS_HANDSHAKE_FAILED"
  | "TLS_REQUIRED"
  | "UPSTREAM_REFUSED"
  | "UPSTREAM_TLS_FAILED"
  | "UPSTREAM_UNREACHABLE"
  | "UPSTREAM_UNVERIFIED";

/**
 * Why a sign-in was refused, for the record and never for the client, who could learn from it which sessions there are.
 * With the first three, the client has shown the token of `session`.
 */
export interface RefusedSignIn {
  readonly reason: "expired" | "another-project" | "another-database" | "left" | "shutting-down";
  readonly session?: string;
}

interface CaptureErrorOptions {
  readonly cause?: unknown;
  readonly position?: number;
  readonly signIn?: RefusedSignIn;
}

export class CaptureError extends Error {
  readonly code: CaptureErrorCode;
  readonly signIn: RefusedSignIn | undefined;
  /** Where in the text, counted in characters from 0, when the parser said so. */
  readonly position: number | undefined;

  constructor(code: CaptureErrorCode, message: string, options: CaptureErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CaptureError";
    this.code = code;
    this.position = options.position;
    this.signIn = options.signIn;
  }
}
