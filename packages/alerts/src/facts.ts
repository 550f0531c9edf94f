import type { RecordDraft, Tier } from "@custody/domain";

/**
 * What of a record can matter to an alert. It is taken at once and holds no statement's text: many of these may wait, and
 * a statement may have 16 MiB.
 */
export interface Facts {
  readonly type: string;
  readonly action: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly project: string;
  readonly session?: string;
  readonly agent?: string;
  readonly human?: string;
  readonly target?: string;
  readonly environment?: string;
  /** Of the decision. */
  readonly rule?: string;
  /** The most far-reaching of the operations. */
  readonly tier?: Tier;
  /** What the statement touches, at most `OBJECTS_MAX` of it. */
  readonly objects: readonly TouchedName[];
  /** Equal for statements that differ by values only. */
  readonly statement?: string;
  readonly details: NonNullable<RecordDraft["details"]>;
}

export interface TouchedName {
  readonly schema?: string;
  readonly name: string;
}

/** What facts are taken from: a record, or the draft of one. */
export type FactSource = Pick<
  RecordDraft,
  | "action"
  | "actor"
  | "decision"
  | "details"
  | "operations"
  | "project"
  | "session"
  | "statement"
  | "target"
  | "time"
  | "type"
>;

/** An agent says how many objects a statement names. */
const OBJECTS_MAX = 64;

const TIERS: readonly Tier[] = ["read", "write", "destructive", "admin"];

export function factsOf(record: FactSource): Facts {
  const { action, actor, decision, details = {}, project, session, statement, target, time, type } = record;
  const { tier, objects } = touchOf(record);
  const identity = statement?.fingerprint ?? statement?.digest;
  return {
    type,
    action,
    time,
    project,
    ...(session === undefined ? undefined : { session }),
    ...(actor.agent === undefined ? undefined : { agent: actor.agent.name }),
    ...(actor.human === undefined ? undefined : { human: actor.human.name }),
    ...(target === undefined ? undefined : { environment: target.environment, target: target.name }),
    ...(decision === undefined ? undefined : { rule: decision.rule }),
    ...(tier === undefined ? undefined : { tier }),
    objects,
    ...(identity === undefined ? undefined : { statement: identity }),
    details,
  };
}

function touchOf({ operations = [] }: FactSource): { tier: Tier | undefined; objects: TouchedName[] } {
  let tier: Tier | undefined;
  const objects: TouchedName[] = [];
  for (const operation of operations) {
    if (tier === undefined || isAtLeast(operation.tier, tier)) tier = operation.tier;
    for (const { name, schema } of operation.objects)
      if (objects.length < OBJECTS_MAX) objects.push(schema === undefined ? { name } : { name, schema });
  }
  return { objects, tier };
}

export function isAtLeast(tier: Tier, other: Tier): boolean {
  return TIERS.indexOf(tier) >= TIERS.indexOf(other);
}
