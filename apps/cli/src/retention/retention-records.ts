import { type RecordDraft, rfc3339 } from "@custody/domain";
import { HOLD_PLACED, HOLD_RELEASED } from "./holds.ts";

/** Until identities exist, whoever holds the local token is this one, and is shown as such. */
export const LOCAL_OPERATOR = { assurance: "token", id: "local", name: "local operator" } as const;

export interface HoldFacts {
  readonly hold: string;
  readonly session?: string;
  readonly project?: string;
  readonly reason: string;
}

export function holdPlacedRecord(facts: HoldFacts, nowUs: number): RecordDraft {
  return holdRecord(HOLD_PLACED, facts, nowUs);
}

export function holdReleasedRecord(facts: HoldFacts, nowUs: number): RecordDraft {
  return holdRecord(HOLD_RELEASED, facts, nowUs);
}

function holdRecord(
  type: typeof HOLD_PLACED | typeof HOLD_RELEASED,
  { hold, project, reason, session }: HoldFacts,
  nowUs: number,
): RecordDraft {
  const covered = session ?? project ?? "everything";
  return {
    // Placing and releasing are one action.
    action: hold,
    actor: { human: LOCAL_OPERATOR },
    details: { hold, reason, ...(session && { session }), ...(project && { project }) },
    level: "warning",
    links: {},
    message: { key: type, params: { covered, reason } },
    project: project ?? "",
    time: rfc3339(nowUs),
    type,
  };
}
