import type { Action, Decision } from "@custody/domain";
import { encodeErrorResponse, makeResponseFields } from "@custody/wire/postgres";

/**
 * How a "no" looks in this protocol: an ErrorResponse that any client shows to its user. Codes are PostgreSQL's own
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const sqlStates: Readonly<Record<string, string>> = {
  "builtin:unparseable": "42601",
  "builtin:too-complex": "54001",
  "builtin:too-long": "54000",
  "builtin:unreadable": "0A000",
};

/** The refusal of an action: which rule, why, and the id under which the record can be found. */
export function refusalError(action: Action, decision: Decision, verb: string): Buffer {
  const [reason = "no reason was given", position] = decision.reasons;
  const found = `custody show ${action.id}`;
  if (decision.rule === "builtin:unparseable") {
    return encodeErrorResponse({
      type: "error-response",
      fields: makeResponseFields({
        severity: "ERROR",
        severityNonLocalized: "ERROR",
        sqlState: "42601",
        message: reason,
        detail: `Custody did not forward the statement, because it could not be parsed; see ${found}.`,
        ...(position === undefined ? {} : { position: String(Number(position) + 1) }),
      }),
    });
  }
  return errorResponse(
    "ERROR",
    sqlStates[decision.rule] ?? "42501",
    `Custody denied ${verb}: ${reason}`,
    `Rule ${decision.rule}, action ${action.id}; see ${found}.`,
  );
}

/** The ledger cannot write, so nothing may happen (promise 4). */
export function ledgerError(error: unknown): Buffer {
  const code = (error as { code?: string }).code ?? "UNKNOWN";
  const sqlState = code === "LEDGER_DISK_FULL" ? "53100" : "58030";
  return errorResponse(
    "ERROR",
    sqlState,
    `Custody cannot record this, so it was not forwarded (${code})`,
    "Nothing reached the database. The operator of Custody must act; see custody status.",
  );
}

/** Ends the connection; `sqlState` says why. */
export function fatalError(sqlState: string, message: string, detail = ""): Buffer {
  return errorResponse("FATAL", sqlState, message, detail);
}

function errorResponse(severity: string, sqlState: string, message: string, detail: string): Buffer {
  const fields = makeResponseFields({
    severity,
    severityNonLocalized: severity,
    sqlState,
    message,
    ...(detail === "" ? {} : { detail }),
  });
  return encodeErrorResponse({ type: "error-response", fields });
}
