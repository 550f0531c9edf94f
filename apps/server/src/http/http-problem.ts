/**
 * What a request can be refused for; the answer is `{"error":{"code","message"}}`. docs/api.md explains them, and a
 * test compares the two.
 */
export type HttpProblemCode =
  | "authorization-pending"
  | "body-malformed"
  | "body-too-long"
  | "code-needed"
  | "data-path-silent"
  | "held"
  | "hold-changed"
  | "hold-not-yours"
  | "hold-over"
  | "host-refused"
  | "identity-differs"
  | "index-behind"
  | "internal"
  | "ledger-unavailable"
  | "method-not-allowed"
  | "not-found"
  | "not-permitted"
  | "origin-refused"
  | "policy-busy"
  | "policy-too-costly"
  | "record-damaged"
  | "record-destroyed"
  | "passkey-needed"
  | "reports-missing"
  | "request-invalid"
  | "sign-in-stale"
  | "signature-refused"
  | "sign-in-refused"
  | "sso-unreachable"
  | "target-unreachable"
  | "token-refused"
  | "too-many-attempts"
  | "too-many-streams"
  | "too-much-reported";

export const HTTP_STATUS: Readonly<Record<HttpProblemCode, number>> = {
  "authorization-pending": 400,
  "body-malformed": 400,
  "body-too-long": 413,
  "code-needed": 401,
  "data-path-silent": 503,
  held: 409,
  "hold-changed": 409,
  "hold-not-yours": 403,
  "hold-over": 409,
  "host-refused": 421,
  "identity-differs": 409,
  "index-behind": 503,
  internal: 500,
  "ledger-unavailable": 503,
  "method-not-allowed": 405,
  "not-found": 404,
  "not-permitted": 403,
  "origin-refused": 403,
  "policy-busy": 503,
  "policy-too-costly": 422,
  "record-damaged": 500,
  "record-destroyed": 410,
  "passkey-needed": 403,
  "reports-missing": 409,
  "request-invalid": 422,
  "sign-in-stale": 403,
  "signature-refused": 403,
  "sign-in-refused": 401,
  "sso-unreachable": 502,
  "target-unreachable": 502,
  "token-refused": 401,
  "too-many-attempts": 429,
  "too-many-streams": 503,
  "too-much-reported": 429,
};

/** A refusal with words for whoever asked. Whatever else is thrown shows only "internal error". */
export class HttpProblem extends Error {
  readonly code: HttpProblemCode;
  readonly status: number;
  /** What else stands beside code and message. */
  readonly details: Readonly<Record<string, number>>;

  constructor(code: HttpProblemCode, message: string, details: Readonly<Record<string, number>> = {}) {
    super(message);
    this.name = "HttpProblem";
    this.code = code;
    this.status = HTTP_STATUS[code];
    this.details = details;
  }
}
