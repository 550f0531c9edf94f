import { IdentityError, type IdentityErrorCode } from "@custody/identity";
import { HttpProblem, type HttpProblemCode } from "./http-problem.ts";

const CODES: Readonly<Record<IdentityErrorCode, HttpProblemCode>> = {
  CODE_WRONG: "sign-in-refused",
  KEY_TAKEN: "request-invalid",
  KEY_UNCONFIRMED: "signature-refused",
  KEY_UNKNOWN: "not-found",
  LAST_OWNER: "not-permitted",
  LINK_INVALID: "sign-in-refused",
  NAME_TAKEN: "request-invalid",
  NOT_PERMITTED: "not-permitted",
  PASSWORD_CHANGED: "sign-in-refused",
  PASSWORD_WEAK: "request-invalid",
  REQUEST_INVALID: "request-invalid",
  SEAL_BROKEN: "internal",
  SESSION_UNKNOWN: "not-found",
  SIGNATURE_REFUSED: "signature-refused",
  SIGN_IN_STALE: "sign-in-stale",
  SSO_TAKEN: "request-invalid",
  TOKEN_UNKNOWN: "not-found",
  USER_LOCKED: "too-many-attempts",
  USER_UNKNOWN: "not-found",
};

/** What was refused about people, as an answer over HTTP. */
export function identityProblem({ code, message }: IdentityError): HttpProblem {
  return new HttpProblem(CODES[code], CODES[code] === "internal" ? "internal error" : message);
}

/** What `check` refuses, as an answer over HTTP. @throws HttpProblem */
export function asPersonProblem<Result>(check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    throw error instanceof IdentityError ? identityProblem(error) : error;
  }
}
