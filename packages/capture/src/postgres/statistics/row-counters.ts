import type { TableRows } from "@custody/domain";
import { decodeDataRow, decodeText } from "@custody/wire/postgres";
import { withoutSessionNumber } from "../temporary-schema.ts";

/** More tables than these are not told of one statement. */
const TABLES_MAX = 1000;

/** `FirstNormalObjectId` (src/include/access/transam.h): what is below belongs to the server. */
export const FIRST_OF_USERS = 16384;

/**
 * The server's own counters of this transaction, which have what cascades, triggers and functions did, for every table
 * that changed, behind a first row with the setting without which they stay at zero.
 *
 * A client's settings change nothing of it: all names are qualified, and those of tables come as the bytes that the
 * database keeps, in hexadecimal digits. `pg_stat_xact_user_tables` would join all indexes too.
 *
 * A transaction with a snapshot of its own does not see tables in the catalogue that were made since, such as partitions, and
 * writes to them: those are known by its locks.
 */
export const rowCountersQuery: string = countersQuery("pg_catalog.current_setting('track_counts')");

/**
 * The same for whoever lets nothing last that was not counted: with a foreign table that is written to, what changes is elsewhere,
 * and counts as not counted at all. Until the end of its transaction the lock tells.
 */
export const wholeCountersQuery: string = countersQuery(`
CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_foreign_table) AND EXISTS (
  SELECT FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_foreign_table f ON f.ftrelid OPERATOR(pg_catalog.=) l.relation
  WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid() AND l.mode OPERATOR(pg_catalog.=) 'RowExclusiveLock')
THEN 'off' ELSE pg_catalog.current_setting('track_counts') END`);

/** `counts` is an expression: `on` where the server counts. */
function countersQuery(counts: string): string {
  return `
SELECT ${counts}, NULL, NULL, NULL, NULL, NULL
UNION ALL
(SELECT c.oid::pg_catalog.text, ${hexOf("n.nspname")}, ${hexOf("c.relname")},
  k.inserted::pg_catalog.text, k.updated::pg_catalog.text, k.deleted::pg_catalog.text
FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
  CROSS JOIN LATERAL (SELECT
    pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid), pg_catalog.pg_stat_get_xact_tuples_updated(c.oid),
    pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) OFFSET 0) k (inserted, updated, deleted)
WHERE c.oid OPERATOR(pg_catalog.>=) '${FIRST_OF_USERS}'::pg_catalog.oid
  AND (c.relkind OPERATOR(pg_catalog.=) 'r' OR c.relkind OPERATOR(pg_catalog.=) 'm')
  AND k.inserted OPERATOR(pg_catalog.+) k.updated OPERATOR(pg_catalog.+) k.deleted OPERATOR(pg_catalog.>) 0
LIMIT ${TABLES_MAX})
UNION ALL
(SELECT l.relation::pg_catalog.text, '', ${hexOf("l.relation::pg_catalog.regclass")},
  pg_catalog.pg_stat_get_xact_tuples_inserted(l.relation)::pg_catalog.text,
  pg_catalog.pg_stat_get_xact_tuples_updated(l.relation)::pg_catalog.text,
  pg_catalog.pg_stat_get_xact_tuples_deleted(l.relation)::pg_catalog.text
FROM pg_catalog.pg_locks l
WHERE pg_catalog.current_setting('transaction_isolation') OPERATOR(pg_catalog.<>) 'read committed'
  AND l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid() AND l.locktype OPERATOR(pg_catalog.=) 'relation'
  AND l.mode OPERATOR(pg_catalog.=) 'RowExclusiveLock' AND l.relation OPERATOR(pg_catalog.>=) '${FIRST_OF_USERS}'::pg_catalog.oid
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) l.relation)
LIMIT ${TABLES_MAX})`;
}

function hexOf(name: string): string {
  return `pg_catalog.encode(pg_catalog.convert_to(${name}::pg_catalog.text, pg_catalog.getdatabaseencoding()), 'hex')`;
}

/** By the table's number; undefined when the server does not count. */
export type RowCounters = ReadonlyMap<string, TableRows> | undefined;

/** Puts the answer to such a query together, row by row, from the pieces in which they come. */
export class RowCountersReader {
  #counters = new Map<string, TableRows>();
  #isCounting = false;
  #pieces: Buffer[] = [];
  #missingBytes = 0;

  beginRow(bodyBytes: number): void {
    this.#pieces = [];
    this.#missingBytes = bodyBytes;
  }

  add(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#missingBytes -= piece.length;
    if (this.#missingBytes === 0) this.#row(Buffer.concat(this.#pieces));
  }

  /** What was read, and forgotten then. */
  take(): RowCounters {
    const counters = this.#isCounting ? this.#counters : undefined;
    this.#counters = new Map();
    this.#isCounting = false;
    return counters;
  }

  #row(body: Buffer): void {
    this.read(decodeDataRow(body).values.map((value) => value?.toString("latin1") ?? null));
  }

  /** One row, whole. */
  read([first, schema, name, inserted, updated, deleted]: readonly (string | null)[]): void {
    if (schema == null || name == null) this.#isCounting = first === "on";
    else
      this.#counters.set(first ?? "", {
        deleted: Number(deleted),
        inserted: Number(inserted),
        name: textOf(name),
        schema: withoutSessionNumber(textOf(schema)),
        updated: Number(updated),
      });
  }
}

function textOf(hex: string): string {
  return decodeText(Buffer.from(hex, "hex"));
}

/** What happened between two looks. A TRUNCATE sets counters back, so what it did not leave counts as nothing. */
export function rowsBetween(before: RowCounters, after: RowCounters): TableRows[] | undefined {
  if (before === undefined || after === undefined) return undefined;
  const changed: TableRows[] = [];
  for (const [id, now] of after) {
    const then = before.get(id);
    const inserted = Math.max(0, now.inserted - (then?.inserted ?? 0));
    const updated = Math.max(0, now.updated - (then?.updated ?? 0));
    const deleted = Math.max(0, now.deleted - (then?.deleted ?? 0));
    if (inserted + updated + deleted > 0) changed.push({ ...now, deleted, inserted, updated });
  }
  return changed.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

function nameOf({ name, schema }: TableRows): string {
  return `${schema}.${name}`;
}
