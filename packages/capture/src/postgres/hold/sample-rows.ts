import type { RowSample, SampledRows, TableRows, TableSample } from "@custody/domain";
import { markedBy, readOwnTransactions } from "../bounded/own-transactions.ts";
import type { ConnectionContext } from "../context.ts";
import type { Dialogue } from "../dialogue.ts";
import { attempt } from "../simulate/attempt.ts";
import { NO_ROWS, readLockedPlaces, readSample } from "../simulate/row-sample.ts";
import { lookOnly, plainValues, setLimits } from "../simulate/transaction.ts";

/** A human has seconds: what goes beyond is counted, and said to be there. */
const TABLES_MAX = 5;
const ROWS_MAX = 5;

/** Locks of others wait for us meanwhile. `lockTimeoutMs`: what the transaction has locked as a whole cannot be read beside it. */
const LIMITS = { lockTimeoutMs: 500, rowsMax: ROWS_MAX, timeoutMs: 2000 };

/** All that is read in one of both places; then somebody is asked with what there is. */
const LOOK_MS_MAX = 4000;

const NO_TIME: RowSample = { ...NO_ROWS, unread: "there was no time left to read it" };

/** A snapshot of its own does not show a table that was made since, and its schema may have another name now. */
const UNFOUND: RowSample = { ...NO_ROWS, unread: "no table is found by this name" };

/** One table, as the transaction sees it that has changed it. */
interface Within {
  readonly rows: TableRows;
  /** Its object id; undefined when nothing of that name is found. */
  readonly id: string | undefined;
  /** Where rows stand that were locked and not changed. */
  readonly locked: readonly string[];
  readonly after: RowSample;
}

/**
 * Rows that an open transaction has changed: as they are in it, and as they were, which everybody else still sees. `before` are the
 * numbers of the transactions that were under way on the connection when what is asked about began: what those have
 * written is not part of it.
 *
 * @throws StatementFailure, ConnectionLost
 */
export async function sampleRows(
  client: Dialogue,
  byTable: readonly TableRows[],
  before: readonly string[],
  { lookBeside, target }: Pick<ConnectionContext, "lookBeside" | "target">,
): Promise<SampledRows> {
  const own = (await readOwnTransactions(client)).filter((number) => !before.includes(number));
  const within = await lookOnly(client, () => readWithin(client, byTable.slice(0, TABLES_MAX), own));
  const beside = await lookBeside?.(target.database ?? "", (other) => readBeside(other, within, own));
  const earlier = beside !== undefined && "value" in beside ? beside.value : [];
  const tables = within.map(({ after, rows: { name, schema } }, at): TableSample => {
    return { after, before: earlier[at] ?? NO_ROWS, name, schema };
  });
  const notes = missingRows(tables, byTable, "after");
  if (beside !== undefined && "reason" in beside) notes.unshift(besideReason(beside.reason));
  else notes.unshift(...missingRows(tables, byTable, "before"));
  const left = byTable.length - tables.length;
  if (left > 0) notes.push(`rows of ${left} more tables are not shown`);
  return { notes, tables };
}

/** Names are looked up under the search path of nobody, and with the rights that the connection was opened with. */
async function readWithin(
  client: Dialogue,
  byTable: readonly TableRows[],
  own: readonly string[],
): Promise<Within[]> {
  await client.rows("RESET ROLE");
  await client.rows(plainValues);
  const found: Within[] = [];
  const hasTime = timeFor(client);
  for (const rows of byTable) {
    if (!(await hasTime())) {
      found.push({ after: NO_TIME, id: undefined, locked: [], rows });
      continue;
    }
    const id = await tableId(client, rows);
    const mayBeLocked = id !== undefined && rows.updated + rows.deleted > 0;
    const locked = mayBeLocked ? await readLockedPlaces(client, id, markedBy("xmax", own)) : [];
    const isLeft = rows.inserted + rows.updated > 0;
    const request = { mark: markedBy("xmin", own), rowsMax: ROWS_MAX, table: id ?? "" };
    const after = id === undefined ? UNFOUND : isLeft ? await readSample(client, request) : NO_ROWS;
    found.push({ after, id, locked, rows });
  }
  return found;
}

/** What the transaction took away is still there for all others, with its mark. */
async function readBeside(
  other: Dialogue,
  within: readonly Within[],
  own: readonly string[],
): Promise<RowSample[]> {
  await other.rows(plainValues);
  const found: RowSample[] = [];
  const hasTime = timeFor(other);
  for (const { id, locked, rows } of within) {
    const isChanged = id !== undefined && rows.updated + rows.deleted > 0;
    const request = { except: locked, mark: markedBy("xmax", own), rowsMax: ROWS_MAX, table: id ?? "" };
    if (!isChanged) found.push(NO_ROWS);
    else found.push((await hasTime()) ? await readSample(other, request) : NO_TIME);
  }
  return found;
}

/** Gives each question as long as is left; false when that is nothing. */
function timeFor(client: Dialogue): () => Promise<boolean> {
  const untilMs = performance.now() + LOOK_MS_MAX;
  return async () => {
    const leftMs = Math.round(untilMs - performance.now());
    if (leftMs <= 0) return false;
    await setLimits(client, { ...LIMITS, timeoutMs: Math.min(LIMITS.timeoutMs, leftMs) });
    return true;
  };
}

/** Undefined also where the database has no such letters as stand in the name. */
async function tableId(client: Dialogue, { name, schema }: TableRows): Promise<string | undefined> {
  const found = await attempt(client, () => client.rows(tableIdSql, [schema, name]));
  return "value" in found ? (found.value[0]?.[0] ?? undefined) : undefined;
}

const tableIdSql = `
SELECT c.oid::text FROM pg_catalog.pg_class c WHERE c.relname = $2::text AND c.relkind IN ('r', 'm')
  AND c.relnamespace = CASE $1::text WHEN 'pg_temp' THEN pg_catalog.pg_my_temp_schema()
    ELSE (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1::text) END`;

/** What is not shown is told, so that nobody takes what is shown for all. */
function missingRows(
  tables: readonly TableSample[],
  byTable: readonly TableRows[],
  half: "after" | "before",
): string[] {
  return tables.flatMap(({ [half]: { isCut, rows, unread }, name, schema }, at) => {
    const { deleted = 0, inserted = 0, updated = 0 } = byTable[at] ?? {};
    const count = updated + (half === "before" ? deleted : inserted);
    if (isCut || unread !== undefined || rows.length >= Math.min(count, ROWS_MAX)) return [];
    return [`not all rows of ${schema}.${name} that were changed can be shown ${WHY_MISSING[half]}`];
  });
}

const WHY_MISSING = {
  after: "as they are: they were changed again, or row security hides them",
  before: "as they were: nobody else sees those, or somebody else has locked them as well",
};

function besideReason(reason: string): string {
  return `the rows as they were could not be read: ${reason}`;
}
