import type { Action, Approver, AuditRecord } from "@custody/domain";

export const SCOPE_GRANTED = "approval.scope-granted";
export const SCOPE_ENDED = "approval.scope-ended";

/** What a human lets one session do without being asked each time: these verbs, to these objects, for so long. */
export interface Grant {
  readonly id: string;
  readonly target: string;
  readonly session: string;
  readonly project: string;
  /** In upper case, as operations have them. */
  readonly verbs: readonly string[];
  /** `schema.name`, each written out. */
  readonly objects: readonly string[];
  readonly by: Approver;
  readonly reason: string;
  readonly since: string;
  readonly until: string;
}

export type Grants = ReadonlyMap<string, Grant>;

export type GrantRecord = Pick<AuditRecord, "actor" | "details" | "project" | "session" | "time" | "type">;

/** What a record changes about them. Those that are over by time alone are left out by whoever asks. */
export function applyGrantRecord(
  grants: Grants,
  { actor, details = {}, project, session, time, type }: GrantRecord,
): Grants {
  const id = String(details["grant"]);
  const next = new Map(grants);
  for (const [known, { until }] of grants) if (until <= time) next.delete(known);
  if (type === SCOPE_ENDED) next.delete(id);
  if (type !== SCOPE_GRANTED || actor.human === undefined) return next;
  return next.set(id, {
    by: { ...actor.human, method: String(details["method"]) },
    id,
    objects: details["objects"] as readonly string[],
    project,
    reason: String(details["reason"]),
    session: session ?? "",
    since: time,
    target: String(details["target"]),
    until: String(details["until"]),
    verbs: details["verbs"] as readonly string[],
  });
}

/**
 * Whether all that these acts do besides reading is covered. What cannot be named is not: code that is called, and whatever
 * nobody knows.
 */
export function covers(grant: Grant, actions: readonly Action[], nowUs: number): boolean {
  if (Date.parse(grant.until) * 1000 <= nowUs) return false;
  return actions.every(({ operations, session, target }) => {
    if (session.id !== grant.session || target.name !== grant.target) return false;
    return operations
      .filter(({ kind, tier, via }) => (tier !== "read" || kind === "unknown") && via === undefined)
      .every(({ kind, objects, verb }) => {
        if (kind === "unknown" || kind === "call" || objects.length === 0) return false;
        if (!grant.verbs.includes(verb.toUpperCase())) return false;
        return objects
          .filter(({ role }) => role !== "read")
          .every(({ name, schema }) => schema !== undefined && grant.objects.includes(`${schema}.${name}`));
      });
  });
}
