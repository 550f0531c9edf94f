import type { Action, Approval, Hold, Simulation } from "@custody/domain";
import { encodeNoticeResponse, makeResponseFields } from "@custody/wire/postgres";
import { errorResponse } from "../refuse.ts";

/** What a client that waits is told, from time to time. */
export function holdNotice(hold: Hold, verb: string, why: string): Buffer {
  return encodeNoticeResponse({
    fields: makeResponseFields({
      detail: why,
      hint: `A human decides it with: custody approve ${hold.id}`,
      message: `Custody holds ${verb} until a human has approved it (hold ${hold.id}, until ${hold.expiresAt.slice(0, 19)}Z)`,
      severity: "NOTICE",
      severityNonLocalized: "NOTICE",
      sqlState: "00000",
    }),
    type: "notice-response",
  });
}

/** Whoever does not wait comes again with the same statement. */
export function comeAgainError(hold: Hold, verb: string, action: Action): Buffer {
  return errorResponse(
    "ERROR",
    "42501",
    `Custody holds ${verb}: a human must approve it (hold ${hold.id})`,
    `Send the same statement again once it is approved; that passes once. Until ${hold.expiresAt.slice(0, 19)}Z; see custody show ${action.id}.`,
  );
}

/** Nobody has said yes. */
export function notApprovedError(approval: Approval, verb: string, action: Action): Buffer {
  return errorResponse(
    "ERROR",
    "42501",
    `Custody denied ${verb}: ${whyNot(approval)}`,
    `Hold ${approval.id}, action ${action.id}; see custody show ${action.id}.`,
  );
}

function whyNot({ approver, reason, state }: Approval): string {
  if (state === "refused")
    return `${approver?.name ?? "a human"} refused it${reason === undefined ? "" : `: ${reason}`}`;
  if (state === "expired") return "nobody has approved it in time";
  return reason ?? "it is not held any more";
}

/** Why nobody was asked. */
export function notAskedError(verb: string, why: string, action: Action, sqlState = "42501"): Buffer {
  return errorResponse(
    "ERROR",
    sqlState,
    `Custody denied ${verb}: a human must approve it, and nobody was asked: ${why}`,
    `Action ${action.id}; see custody show ${action.id}.`,
  );
}

/** The database itself would refuse it, so nobody is bothered. */
export function wouldFailError(verb: string, { code, reason = "" }: Simulation, action: Action): Buffer {
  return errorResponse(
    "ERROR",
    code ?? "42501",
    reason,
    `Custody tried ${verb} before asking a human about it, and nobody was asked; see custody show ${action.id}.`,
  );
}

/** postgres.c: the words of the server for it. */
export function canceledError(): Buffer {
  return errorResponse(
    "ERROR",
    "57014",
    "canceling statement due to user request",
    "It was held by Custody, and is not any more.",
  );
}
