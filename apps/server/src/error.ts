/**
 * Everything that keeps the server from starting. What goes wrong later is an answer to one request.
 *
 * - `LISTEN_FAILED`: the address in `listen` cannot be listened on: taken, forbidden, or not of this machine.
 * - `WORKER_FAILED`: the server's process ended, or could not begin; the message says why.
 */
export type ServerErrorCode = "LISTEN_FAILED" | "WORKER_FAILED";

export class ServerError extends Error {
  readonly code: ServerErrorCode;

  constructor(code: ServerErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ServerError";
    this.code = code;
  }
}
