import { type Action, type AuditRecord, type Operation, type TableRows, timeMs } from "@custody/domain";

/** The action of a statement's final record, as the policy was asked about it; undefined for records of other things. */
export function pastAction(record: AuditRecord): Action | undefined {
  const { action, actor, links, operations, project, session, statement, target, time } = record;
  if (operations === undefined || target === undefined || session === undefined) return undefined;
  const belowMs = Number(time.slice("2026-11-20T16:40:03.037".length, -1));
  return {
    id: action,
    links,
    operations,
    session: { actor, id: session, project },
    ...(statement && { statement }),
    target,
    timeUs: timeMs(time) * 1000 + belowMs,
  };
}

/** What a completion tag can count. */
const COUNTED: ReadonlySet<string> = new Set(["insert", "update", "delete", "merge", "copy"]);

/** The rows that it truly changed, or would have changed where it was only simulated; undefined when no record tells. */
export function rowsChanged({
  effect,
  operations = [],
  simulation,
  type,
}: AuditRecord): readonly TableRows[] | undefined {
  if (simulation?.outcome === "simulated") return simulation.byTable;
  // An error takes back all that the statement did.
  if (type === "db.statement.failed") return [];
  if (effect?.status !== "ok" || effect.granularity !== undefined) return undefined;
  if (effect.byTable !== undefined) return effect.byTable;
  if (operations.some(({ kind }) => kind === "unknown")) return undefined;
  const counting = operations.filter(({ kind, tier }) => COUNTED.has(kind) && tier !== "read");
  if (counting.length === 0) return [];
  const [only] = counting;
  const { affected } = effect.rows;
  return counting.length > 1 || only === undefined || affected === undefined
    ? undefined
    : rowsOfOnly(only, affected);
}

/** Where code or a foreign key stands behind a statement, `byTable` is recorded; so the tag's rows are those of its table. */
function rowsOfOnly({ kind, objects }: Operation, affected: number): TableRows[] | undefined {
  const [table, more] = objects.filter(({ role }) => role === "write");
  if (table === undefined || more !== undefined) return undefined;
  const { name, schema = "public" } = table;
  const inserted = kind === "insert" || kind === "copy" ? affected : 0;
  const deleted = kind === "delete" ? affected : 0;
  return [{ deleted, inserted, name, schema, updated: affected - inserted - deleted }];
}

/** Whether what it changed is there still, as far as its transaction goes. */
export function hasLasted({ effect, transaction }: AuditRecord): boolean {
  return effect?.status === "ok" && transaction?.outcome !== "rolled-back";
}
