import type { RowSample } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";
import { withoutSessionNumber } from "../temporary-schema.ts";
import type { DefinedObject, SimulationLimits, TableChange } from "./answer.ts";
import {
  type Catalogue,
  type CatalogueObject,
  definedObject,
  missingFrom,
  readCatalogue,
  rewrittenTables,
} from "./catalogue.ts";
import { countRows } from "./count-rows.ts";
import { countsRows, countsSince, type RowCounts, readRowCounts } from "./row-counts.ts";
import { marked, readTransactionRange, type TransactionRange } from "./row-marks.ts";
import { NO_ROWS, readLockedPlaces, readSample } from "./row-sample.ts";
import { writtenAnew } from "./simulation.ts";
import { prepareToMeasure } from "./transaction.ts";

/** How everything was before the statement ran. */
export interface Before {
  readonly catalogue: Catalogue;
  readonly counts: ReadonlyMap<string, RowCounts>;
  /** The last value of each, by name. */
  readonly sequences: ReadonlyMap<string, string>;
}

export interface Impact {
  readonly tables: readonly TableChange[];
  readonly dropped: readonly DefinedObject[];
  readonly created: readonly DefinedObject[];
  readonly notes: readonly string[];
}

/** Rows are shown of no more tables than this; all are counted. */
const SAMPLED_TABLES_MAX = 50;

/** A table that changed, while that is being found out. */
interface Changed extends RowCounts {
  readonly id: string;
  readonly object: CatalogueObject;
  readonly isDropped: boolean;
  /** Its rows stand in another file: TRUNCATE, DROP, or a change that writes all of them anew. */
  readonly isRewritten: boolean;
  rowsBefore: number | null;
  rowsAfter: number | null;
  locked: readonly string[];
  before: RowSample;
  after: RowSample;
}

/**
 * Measures between the statement and its rollback, and then, what was taken away, behind the rollback to the savepoint
 * `custody_simulation`. Undefined when the statement has turned counting off.
 */
export async function measureImpact(
  client: Dialogue,
  request: SimulationLimits,
  before: Before,
): Promise<Impact | undefined> {
  await prepareToMeasure(client, request);
  if (!(await countsRows(client))) return undefined;
  const counts = await readRowCounts(client);
  const range = await readTransactionRange(client);
  const catalogue = await readCatalogue(client);
  const changed = changedTables(before, counts, catalogue);
  const notes: string[] = [];
  for (const [at, table] of changed.entries()) {
    if (table.isRewritten && !table.isDropped) table.rowsAfter = await countRows(client, table, notes);
    if (at < SAMPLED_TABLES_MAX) await sampleAfter(client, request, range, table);
  }
  await client.rows("ROLLBACK TO SAVEPOINT custody_simulation");
  await prepareToMeasure(client, request);
  for (const [at, table] of changed.entries()) {
    if (table.isRewritten) table.rowsBefore = await countRows(client, table, notes);
    if (at < SAMPLED_TABLES_MAX) await sampleBefore(client, request, range, table);
  }
  if (changed.length > SAMPLED_TABLES_MAX)
    notes.push(`rows are shown of the first ${SAMPLED_TABLES_MAX} tables only`);
  for (const table of changed.filter(isSameAgain)) notes.push(writtenAnew(nameOf(table)));
  return {
    created: missingFrom(catalogue, before.catalogue).map(definedObject),
    dropped: missingFrom(before.catalogue, catalogue).map(definedObject),
    notes: [...new Set(notes)],
    tables: changed.filter((table) => !isSameAgain(table)).map(tableChange),
  };
}

function changedTables(
  before: Before,
  counts: ReadonlyMap<string, RowCounts>,
  catalogue: Catalogue,
): Changed[] {
  const rewritten = new Set(rewrittenTables(before.catalogue, catalogue).map(({ key }) => key.slice(1)));
  const found: Changed[] = [];
  for (const id of new Set([...counts.keys(), ...rewritten])) {
    const object = before.catalogue.get(`r${id}`) ?? catalogue.get(`r${id}`);
    const since = countsSince(before.counts.get(id), counts.get(id));
    const isRewritten = rewritten.has(id);
    if (object === undefined || (!isRewritten && !hasChange(since))) continue;
    found.push({
      ...since,
      after: NO_ROWS,
      before: NO_ROWS,
      id,
      isDropped: !catalogue.has(`r${id}`),
      isRewritten,
      locked: [],
      object,
      rowsAfter: null,
      rowsBefore: null,
    });
  }
  return found.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

async function sampleAfter(
  client: Dialogue,
  { rowsMax }: SimulationLimits,
  range: TransactionRange,
  table: Changed,
): Promise<void> {
  const { deleted, id, inserted, isDropped, object, updated } = table;
  if (isDropped || rowsMax === 0) return;
  if (updated + deleted > 0)
    table.locked = await readLockedPlaces(client, id, marked("xmax", range, "in progress"));
  const isView = object.kind === "materialized view";
  if (isView) table.after = await readSample(client, { rowsMax, table: id });
  else if (inserted + updated > 0)
    table.after = await readSample(client, {
      mark: marked("xmin", range, "in progress"),
      rowsMax,
      table: id,
    });
}

async function sampleBefore(
  client: Dialogue,
  { rowsMax }: SimulationLimits,
  range: TransactionRange,
  table: Changed,
): Promise<void> {
  const { deleted, id, locked, updated } = table;
  if (rowsMax === 0) return;
  if (table.isRewritten) {
    if (!isSameAgain(table)) table.before = await readSample(client, { rowsMax, table: id });
  } else if (updated + deleted > 0)
    table.before = await readSample(client, {
      except: locked,
      mark: marked("xmax", range, "aborted"),
      rowsMax,
      table: id,
    });
}

/** All rows, or null where the role does not see all of them. */
function tableChange(table: Changed): TableChange {
  const { after, before, deleted, inserted, isDropped, object, updated } = table;
  return {
    schema: withoutSessionNumber(object.schema ?? ""),
    name: object.name,
    ...(object.partitionOf === undefined ? undefined : { partitionOf: object.partitionOf }),
    inserted,
    updated,
    deleted,
    removed: removedRows(table),
    isDropped,
    before,
    after,
  };
}

/** What a TRUNCATE took: all that was there, less what is there now and was not put there afterwards. */
function removedRows(table: Changed): number | null {
  const { deleted, inserted, isDropped, isRewritten, object, rowsAfter, rowsBefore } = table;
  if (!isRewritten) return 0;
  if (isDropped) return rowsBefore;
  // What a view is filled with anew is counted; what only moves to another file is not.
  if (object.kind === "materialized view")
    return !hasChange(table) && rowsBefore === rowsAfter ? 0 : rowsBefore;
  if (rowsBefore === null || rowsAfter === null) return null;
  return Math.max(0, rowsBefore - (rowsAfter - inserted + deleted));
}

/** Written anew as a whole, by a change of its definition, and holding what it held. */
function isSameAgain(table: Changed): boolean {
  return (
    table.isRewritten &&
    !table.isDropped &&
    !hasChange(table) &&
    table.rowsBefore !== null &&
    table.rowsBefore > 0 &&
    removedRows(table) === 0
  );
}

function hasChange({ deleted, inserted, updated }: RowCounts): boolean {
  return inserted + updated + deleted > 0;
}

function nameOf({ object }: Changed): string {
  return `${object.schema}.${object.name}`;
}
