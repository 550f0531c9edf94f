import type { AuditRecord } from "@custody/domain";

export const FREEZE_BEGUN = "freeze.begun";
export const FREEZE_ENDED = "freeze.ended";

/** What is frozen: one target, one project, or, with neither, everything. */
export interface FreezeScope {
  readonly target?: string;
  readonly project?: string;
}

/** As long as it lasts, nothing is written to what it covers, and nothing that was written before is committed. */
export interface Freeze extends FreezeScope {
  readonly id: string;
  readonly reason: string;
  /** The name of whoever asked for it. */
  readonly by: string;
  readonly since: string;
  /** When it ends by itself. RFC 3339. */
  readonly until?: string;
}

/** One freeze a scope: who freezes what is frozen, replaces the reason and the time. */
export type Freezes = ReadonlyMap<string, Freeze>;

export type FreezeRecord = Pick<AuditRecord, "details" | "time" | "type">;

export function scopeKey({ project, target }: FreezeScope): string {
  if (target !== undefined) return `target ${target}`;
  return project === undefined ? "everything" : `project ${project}`;
}

/** For people, behind "is frozen". */
export function scopeText({ project, target }: FreezeScope): string {
  if (target !== undefined) return `the target ${target}`;
  return project === undefined ? "everything" : `the project ${project}`;
}

/** What a record changes about what is frozen. */
export function applyFreezeRecord(freezes: Freezes, { details = {}, time, type }: FreezeRecord): Freezes {
  const { by = "", freeze: id, project, reason = "", target, until } = details as Record<string, string>;
  if (id === undefined) return freezes;
  const scope = {
    ...(target === undefined ? undefined : { target }),
    ...(project === undefined ? undefined : { project }),
  };
  const next = new Map(freezes);
  if (type === FREEZE_ENDED) next.delete(scopeKey(scope));
  else if (type === FREEZE_BEGUN)
    next.set(scopeKey(scope), {
      by,
      id,
      reason,
      since: time,
      ...scope,
      ...(until === undefined ? undefined : { until }),
    });
  return next;
}
