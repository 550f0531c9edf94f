/**
 * Why an event was not taken, or is not on its way.
 *
 * - `EVENT_INVALID`: no record can be made of it.
 * - `EVENT_TOO_LONG`: it is longer than a record may be, 1 MiB.
 * - `LOGGER_CLOSED`: the logger takes no more.
 * - `NOT_REACHED`: the server does not answer; what waits is sent again.
 * - `QUEUE_FULL`: as much waits as the logger may keep in memory, or in its spool.
 * - `SERVER_REFUSED`: the server does not take what is sent; the message has its words.
 * - `SPOOL_FAILED`: the spool's folder cannot be written or read.
 */
export type ClientErrorCode =
  | "EVENT_INVALID"
  | "EVENT_TOO_LONG"
  | "LOGGER_CLOSED"
  | "NOT_REACHED"
  | "QUEUE_FULL"
  | "SERVER_REFUSED"
  | "SPOOL_FAILED";

/** The message says what is wrong and what to do, and has nothing of an event in it. */
export class ClientError extends Error {
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ClientError";
    this.code = code;
  }
}
