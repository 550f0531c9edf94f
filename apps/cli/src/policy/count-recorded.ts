import { type Action, type AuditRecord, actionStep, type TableRows } from "@custody/domain";
import { hasLasted, pastAction, rowsChanged } from "@custody/policy";

/** As long as counts are kept. */
export const COUNTED_MS = 3_600_000;

/** Counts what a record says that an action has changed, if it is the last of it and that has lasted. */
export function countRecorded(
  record: AuditRecord,
  count: (action: Action, byTable: readonly TableRows[]) => void,
): void {
  if (record.source.vantage !== "observed") return;
  if (actionStep(record.type) !== "closes" || !hasLasted(record)) return;
  const action = pastAction(record);
  if (action !== undefined) count(action, rowsChanged(record) ?? []);
}
