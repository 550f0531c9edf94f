import { type Actor, type RecordDraft, rfc3339 } from "@custody/domain";
import { FREEZE_BEGUN, FREEZE_ENDED, type Freeze, type FreezeScope, scopeText } from "./freeze.ts";

/** Who wants it, and when. */
export interface FreezeStamp {
  readonly actor: Actor;
  /** The actor's name, as people know it. */
  readonly by: string;
  readonly nowUs: number;
}

export function freezeBegunRecord(
  freeze: FreezeScope & Pick<Freeze, "id" | "reason" | "until">,
  stamp: FreezeStamp,
): RecordDraft {
  return freezeRecord(FREEZE_BEGUN, freeze, stamp);
}

export function freezeEndedRecord(
  freeze: FreezeScope & Pick<Freeze, "id" | "reason">,
  stamp: FreezeStamp,
): RecordDraft {
  return freezeRecord(FREEZE_ENDED, freeze, stamp);
}

function freezeRecord(
  type: typeof FREEZE_BEGUN | typeof FREEZE_ENDED,
  { id, project, reason, target, until }: FreezeScope & Pick<Freeze, "id" | "reason" | "until">,
  { actor, by, nowUs }: FreezeStamp,
): RecordDraft {
  const scope = {
    ...(target === undefined ? undefined : { target }),
    ...(project === undefined ? undefined : { project }),
  };
  return {
    // Freezing and thawing are one action.
    action: id,
    actor,
    details: { by, freeze: id, reason, ...scope, ...(until === undefined ? undefined : { until }) },
    level: "warning",
    links: {},
    message: { key: type, params: { by, reason, scope: scopeText(scope) } },
    project: project ?? "",
    time: rfc3339(nowUs),
    type,
  };
}
