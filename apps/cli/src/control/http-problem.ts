/** What a request can be refused for; the answer is `{"error":{"code","message"}}`. */
export type HttpProblemCode =
  | "body-malformed"
  | "body-too-long"
  | "host-refused"
  | "internal"
  | "ledger-unavailable"
  | "method-not-allowed"
  | "not-found"
  | "request-invalid"
  | "token-refused";

const STATUS: Readonly<Record<HttpProblemCode, number>> = {
  "body-malformed": 400,
  "body-too-long": 413,
  "host-refused": 421,
  internal: 500,
  "ledger-unavailable": 503,
  "method-not-allowed": 405,
  "not-found": 404,
  "request-invalid": 422,
  "token-refused": 401,
};

/** A refusal with words for whoever asked. Whatever else is thrown shows only "internal error". */
export class HttpProblem extends Error {
  readonly code: HttpProblemCode;
  readonly status: number;

  constructor(code: HttpProblemCode, message: string) {
    super(message);
    this.name = "HttpProblem";
    this.code = code;
    this.status = STATUS[code];
  }
}
