import { type Actor, type RecordDraft, rfc3339 } from "@custody/domain";
import { humanOf, OPERATOR } from "@custody/identity";
import { HOLD_PLACED, HOLD_RELEASED } from "./holds.ts";

/** The person who had it done; whoever holds the local token is the local operator, and is shown as such. */
export type Human = NonNullable<Actor["human"]>;

export const LOCAL_OPERATOR: Human = humanOf(OPERATOR);

export interface HoldFacts {
  readonly hold: string;
  readonly session?: string;
  readonly project?: string;
  readonly reason: string;
}

export function holdPlacedRecord(facts: HoldFacts, nowUs: number, human: Human): RecordDraft {
  return holdRecord(HOLD_PLACED, facts, nowUs, human);
}

export function holdReleasedRecord(facts: HoldFacts, nowUs: number, human: Human): RecordDraft {
  return holdRecord(HOLD_RELEASED, facts, nowUs, human);
}

function holdRecord(
  type: typeof HOLD_PLACED | typeof HOLD_RELEASED,
  { hold, project, reason, session }: HoldFacts,
  nowUs: number,
  human: Human,
): RecordDraft {
  const covered = session ?? project ?? "everything";
  return {
    // Placing and releasing are one action.
    action: hold,
    actor: { human },
    details: { hold, reason, ...(session && { session }), ...(project && { project }) },
    level: "warning",
    links: {},
    message: { key: type, params: { covered, reason } },
    project: project ?? "",
    time: rfc3339(nowUs),
    type,
  };
}
