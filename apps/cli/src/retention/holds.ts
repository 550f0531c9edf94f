import type { AuditRecord } from "@custody/domain";
import type { KeyScope, LedgerReader } from "@custody/ledger";

/** A legal hold: what it covers is not destroyed, whatever rule or person asks for it. */
export interface Hold {
  readonly id: string;
  /** Of one session, of one project, or, with neither, of everything. */
  readonly session?: string | undefined;
  readonly project?: string | undefined;
  readonly reason: string;
  readonly placedAt: string;
}

export const HOLD_PLACED = "retention.hold-placed";
export const HOLD_RELEASED = "retention.hold-released";

export function coveringHold(holds: readonly Hold[], scope: KeyScope): Hold | undefined {
  return holds.find(
    ({ project, session }) =>
      (project === undefined || project === scope.project) &&
      (session === undefined || session === scope.session),
  );
}

/** What a record changes about the holds in force. */
export function applyHoldRecord(
  holds: ReadonlyMap<string, Hold>,
  { details = {}, time, type }: Pick<AuditRecord, "details" | "time" | "type">,
): ReadonlyMap<string, Hold> {
  const { hold: id, project, reason, session } = details as Record<string, string | undefined>;
  if (id === undefined) return holds;
  const next = new Map(holds);
  if (type === HOLD_RELEASED) next.delete(id);
  else if (type === HOLD_PLACED) next.set(id, { id, placedAt: time, project, reason: reason ?? "", session });
  return next;
}

/**
 * The holds in force, from the ledger itself: nothing that lies beside it could be trusted with this. Only envelopes are
 * read, and the few records that they name.
 */
export async function readHolds(
  reader: LedgerReader,
  from = 0,
  before: ReadonlyMap<string, Hold> = new Map(),
): Promise<ReadonlyMap<string, Hold>> {
  let holds = before;
  for await (const { i, t } of reader.envelopes(from)) {
    if (t !== HOLD_PLACED && t !== HOLD_RELEASED) continue;
    const { payload } = await reader.entry(i);
    if (payload !== undefined)
      holds = applyHoldRecord(holds, JSON.parse(payload.toString("utf8")) as AuditRecord);
  }
  return holds;
}
