import type { Action, Decision, Simulation } from "@custody/domain";
import { encodeErrorResponse, makeResponseFields } from "@custody/wire/postgres";
import { simulationText } from "./simulate/simulation.ts";

/**
 * How a "no" looks in this protocol: an ErrorResponse that any client shows to its user. Codes are PostgreSQL's own
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html).
 */
const sqlStates: Readonly<Record<string, string>> = {
  "builtin:no-portal": "34000",
  "builtin:no-statement": "26000",
  "builtin:unparseable": "42601",
  "builtin:too-complex": "54001",
  "builtin:too-long": "54000",
  "builtin:unreadable": "0A000",
};

/** What the server itself would have refused, in its own words: clients know them. */
const saidByServerToo = new Set(["builtin:no-portal", "builtin:no-statement", "builtin:unparseable"]);

/** The refusal of an action: which rule, why, and the id under which the record can be found. */
export function refusalError(action: Action, decision: Decision, verb: string): Buffer {
  const [reason = "no reason was given", where = ""] = decision.reasons;
  const position = /^at character (\d+)$/.exec(where)?.[1];
  const found = `custody show ${action.id}`;
  if (saidByServerToo.has(decision.rule)) {
    return encodeErrorResponse({
      type: "error-response",
      fields: makeResponseFields({
        severity: "ERROR",
        severityNonLocalized: "ERROR",
        sqlState: sqlStates[decision.rule] ?? "42501",
        message: reason,
        detail: `Custody did not forward the statement (rule ${decision.rule}); see ${found}.`,
        ...(position === undefined ? {} : { position }),
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

/** What an action would have done, in the place of its answer. */
export function simulationError(
  action: Action,
  decision: Decision,
  verb: string,
  simulation: Simulation,
): Buffer {
  const { notes, sideEffects } = simulation;
  const more = [
    ...simulation.commands.map((tag) => `Command: ${tag}.`),
    ...simulation.dropped.map((what) => `Dropped: ${what}.`),
    ...simulation.created.map((what) => `Created: ${what}.`),
    ...sideEffects.map((what) => `Stays: ${what}.`),
    ...notes.map((what) => `Note: ${what}.`),
    `Rule ${decision.rule}, action ${action.id}; see custody show ${action.id}.`,
  ];
  return errorResponse(
    "ERROR",
    "42501",
    `Custody simulated ${verb} instead of running it: ${simulationText(simulation)}`,
    more.join("\n"),
  );
}

/** The ledger cannot write, so nothing may happen (promise 4). */
export function ledgerError(error: unknown): Buffer {
  return errorResponse(
    "ERROR",
    ledgerState(error),
    `Custody cannot record this, so it was not forwarded (${codeOf(error)})`,
    "Nothing reached the database. The operator of Custody must act; see custody status.",
  );
}

/** The disk is full, or nearly so and nothing is taken on any more. */
const DISK_FULL: ReadonlySet<string> = new Set(["DISK_STOPPED", "LEDGER_DISK_FULL"]);

/** `disk_full`, or else `io_error`. */
export function ledgerState(error: unknown): string {
  return DISK_FULL.has(codeOf(error)) ? "53100" : "58030";
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? "UNKNOWN";
}

/** Ends the connection; `sqlState` says why. */
export function fatalError(sqlState: string, message: string, detail = ""): Buffer {
  return errorResponse("FATAL", sqlState, message, detail);
}

export function errorResponse(severity: string, sqlState: string, message: string, detail: string): Buffer {
  const fields = makeResponseFields({
    severity,
    severityNonLocalized: severity,
    sqlState,
    message,
    ...(detail === "" ? {} : { detail }),
  });
  return encodeErrorResponse({ type: "error-response", fields });
}
