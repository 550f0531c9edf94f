/**
 * Everything that keeps the data path from starting. What goes wrong later is an answer to one agent, and a record.
 *
 * - `LISTEN_FAILED`: a target's address cannot be listened on: taken, forbidden, or not of this machine.
 * - `POLICY_INVALID`: the policy's text cannot be understood; the message says where.
 * - `UPSTREAM_URL_INVALID`: the database's URL cannot be understood, or asks for what is not supported.
 */
export type GatewayErrorCode = "LISTEN_FAILED" | "POLICY_INVALID" | "UPSTREAM_URL_INVALID";

export class GatewayError extends Error {
  readonly code: GatewayErrorCode;

  constructor(code: GatewayErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "GatewayError";
    this.code = code;
  }
}
