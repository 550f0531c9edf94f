/**
 * Everything that can go wrong in telling people.
 *
 * - `WEBHOOK_FAILED`: a message did not arrive: nobody answered in time, or the answer was no yes.
 * - `WEBHOOK_SECRET_INVALID`: the secret is not in the form that Standard Webhooks has for one.
 * - `WEBHOOK_UNSIGNED`: what came is not signed with this secret, or not lately.
 */
export type AlertErrorCode = "WEBHOOK_FAILED" | "WEBHOOK_SECRET_INVALID" | "WEBHOOK_UNSIGNED";

/** The code is the contract; the message is for people and may change. It never has a secret in it. */
export class AlertError extends Error {
  readonly code: AlertErrorCode;

  constructor(code: AlertErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = "AlertError";
    this.code = code;
  }
}
