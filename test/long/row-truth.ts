import { Client } from "pg";
import type { Case } from "../corpus/case.ts";
import { type Look, lookQuery, type TableLook } from "../corpus/look.ts";

/** Rows of one table: `+inserted ~updated -deleted`, by the server's own counters. */
export type RowTruth = Readonly<Record<string, string>>;

export interface Executed {
  readonly error: string | undefined;
  /** Tables whose rows the server has counted. */
  readonly rows: RowTruth;
  /** Tables that have another file, or none any more, by how many rows they lost that no counter has. */
  readonly removed: Readonly<Record<string, number>>;
}

/** Runs cases for real, each in a transaction that is rolled back, and tells what the server has counted. */
export class RowTruths {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async open(url: string): Promise<RowTruths> {
    const client = new Client({ connectionString: url });
    client.on("error", () => {});
    await client.connect();
    return new RowTruths(client);
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  /**
   * Counting what no counter has reads every table in whole. What a transaction leaves for its end is done at once, as a
   * simulation does it, or not at all.
   */
  async of(
    { after = [], sql }: Pick<Case, "after" | "sql">,
    { countsRemoved = false, endsAtOnce = false } = {},
  ): Promise<Executed> {
    try {
      await this.#client.query("BEGIN");
      for (const earlier of after) await this.#client.query(earlier);
      const before = await this.#look();
      const countsBefore = countsRemoved ? await this.#countAll(before) : undefined;
      await this.#client.query(sql);
      if (endsAtOnce) await this.#client.query("SET CONSTRAINTS ALL IMMEDIATE");
      const looked = await this.#look();
      return {
        error: undefined,
        removed: countsBefore ? await this.#removed(before, looked, countsBefore) : {},
        rows: rowsOf(before, looked),
      };
    } catch (error) {
      return { error: (error as { code?: string }).code ?? String(error), removed: {}, rows: {} };
    } finally {
      await this.#client.query("ROLLBACK");
      await this.#client.query("DISCARD ALL");
    }
  }

  async #look(): Promise<Look> {
    const { rows } = await this.#client.query<unknown[]>({ rowMode: "array", text: lookQuery });
    return rows[0]?.[0] as Look;
  }

  async #countAll({ tables }: Look): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const [id, table] of Object.entries(tables)) counts.set(id, await this.#count(table));
    return counts;
  }

  async #count({ name, schema }: TableLook): Promise<number> {
    const from = `"${schema.replaceAll('"', '""')}"."${name.replaceAll('"', '""')}"`;
    const { rows } = await this.#client.query<{ n: number }>(
      // A materialized view that holds nothing may not be read.
      `SELECT CASE WHEN relispopulated THEN (pg_catalog.xpath('//n/text()', pg_catalog.query_to_xml(
         $1, false, true, '')))[1]::pg_catalog.text::pg_catalog.int4 ELSE 0 END AS n
       FROM pg_catalog.pg_class WHERE oid = $2::pg_catalog.regclass`,
      [`SELECT pg_catalog.count(*) AS n FROM ONLY ${from}`, from],
    );
    return rows[0]?.n ?? 0;
  }

  async #removed(
    before: Look,
    after: Look,
    counts: ReadonlyMap<string, number>,
  ): Promise<Record<string, number>> {
    const removed: Record<string, number> = {};
    for (const [id, table] of Object.entries(before.tables)) {
      const now = after.tables[id];
      if (now?.file === table.file) continue;
      const rowsBefore = counts.get(id) ?? 0;
      const rowsAfter = now === undefined ? 0 : await this.#count(now);
      const kept =
        now === undefined ? 0 : rowsAfter - (now.inserted - table.inserted) + (now.deleted - table.deleted);
      removed[`${table.schema}.${table.name}`] = Math.max(0, rowsBefore - Math.max(0, kept));
    }
    return removed;
  }
}

function rowsOf(before: Look, after: Look): RowTruth {
  const rows: Record<string, string> = {};
  for (const [id, now] of Object.entries(after.tables)) {
    const then = before.tables[id];
    const inserted = now.inserted - (then?.inserted ?? 0);
    const updated = now.updated - (then?.updated ?? 0);
    const deleted = now.deleted - (then?.deleted ?? 0);
    // What a TRUNCATE sets back is told apart, as what it has removed.
    if (inserted < 0 || updated < 0 || deleted < 0 || inserted + updated + deleted === 0) continue;
    rows[`${now.schema.replace(/^pg_temp_\d+$/, "pg_temp")}.${now.name}`] = rowText({
      deleted,
      inserted,
      updated,
    });
  }
  return rows;
}

export function rowText(rows: {
  readonly deleted: number;
  readonly inserted: number;
  readonly updated: number;
}): string {
  return `+${rows.inserted} ~${rows.updated} -${rows.deleted}`;
}

export function totalOf(rows: RowTruth): number {
  return Object.values(rows)
    .flatMap((text) => text.match(/\d+/g) ?? [])
    .reduce((sum, digits) => sum + Number(digits), 0);
}
