import type { SimulatedRows, Simulation, TableRows } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";
import { attempt } from "../simulate/attempt.ts";
import {
  type Catalogue,
  definedObject,
  missingFrom,
  readCatalogue,
  rewrittenTables,
} from "../simulate/catalogue.ts";
import { objectText, writtenAnew } from "../simulate/simulation.ts";
import { lookOnly } from "../simulate/transaction.ts";
import { type RowCounters, rowsBetween } from "../statistics/row-counters.ts";
import { withoutSessionNumber } from "../temporary-schema.ts";
import type { Bound, Verdict } from "./bound.ts";
import { readCounters } from "./read-counters.ts";

/** What was measured beside what was approved. */
export interface Compared extends Verdict {
  /** Each way in which it went beyond, a sentence without its full stop. */
  readonly excess: readonly string[];
}

/** Lets something last that stays within what a human was shown. */
export class ImpactBound implements Bound<Compared> {
  readonly #approved: Simulation;
  readonly #isForbidden: () => boolean;
  #counters: RowCounters;
  #catalogue: Catalogue = new Map();
  readonly #excess: string[] = [];

  /** `isForbidden` is asked last: a freeze may have come meanwhile. */
  constructor(approved: Simulation, isForbidden: () => boolean) {
    this.#approved = approved;
    this.#isForbidden = isForbidden;
  }

  async before(client: Dialogue): Promise<void> {
    for (const table of this.#approved.byTable)
      if (table.isDropped || table.removed !== 0) await this.#countWhole(client, table);
    this.#catalogue = await lookOnly(client, () => readCatalogue(client));
    this.#counters = await readCounters(client);
  }

  async after(client: Dialogue): Promise<Compared> {
    const byTable = rowsBetween(this.#counters, await readCounters(client));
    const catalogue = await lookOnly(client, () => readCatalogue(client));
    if (byTable === undefined) this.#excess.push("the server did not count");
    else this.#compareRows(byTable);
    this.#compareDefinitions(catalogue);
    if (this.#isForbidden()) this.#excess.push("the rules forbid it now");
    return { byTable: byTable ?? [], excess: this.#excess, mayLast: this.#excess.length === 0 };
  }

  /**
   * The counters do not have what goes as a whole, so its rows are counted before, under the lock that taking them needs
   * anyway; without it where the role may not lock.
   */
  async #countWhole(client: Dialogue, { name, removed, schema }: SimulatedRows): Promise<void> {
    const counted = await attempt(client, async () => {
      const table = await quoted(client, schema, name);
      await attempt(client, () => client.rows(`LOCK TABLE ONLY ${table} IN ACCESS EXCLUSIVE MODE`));
      const [row] = await client.rows(`SELECT pg_catalog.count(*)::pg_catalog.text FROM ONLY ${table}`);
      return Number(row?.[0]);
    });
    if (!("value" in counted) || removed === null) return;
    if (counted.value > removed)
      this.#excess.push(`${schema}.${name} has ${counted.value} rows now, and ${removed} were to go`);
  }

  #compareRows(byTable: readonly TableRows[]): void {
    const approved = new Map(this.#approved.byTable.map((rows) => [nameOf(rows), rows]));
    for (const rows of byTable) {
      const limit = approved.get(nameOf(rows));
      for (const kind of ["inserted", "updated", "deleted"] as const)
        if (rows[kind] > (limit?.[kind] ?? 0))
          this.#excess.push(
            `${nameOf(rows)}: ${rows[kind]} rows ${kind}, and ${limit?.[kind] ?? 0} were approved`,
          );
    }
  }

  #compareDefinitions(catalogue: Catalogue): void {
    const { byTable, created, dropped, notes } = this.#approved;
    const gone = missingFrom(this.#catalogue, catalogue).map((one) => objectText(definedObject(one)));
    const made = missingFrom(catalogue, this.#catalogue).map((one) => objectText(definedObject(one)));
    const known = new Set(byTable.map(nameOf));
    const emptied = rewrittenTables(this.#catalogue, catalogue)
      .map(({ name, schema }) => nameOf({ name, schema: withoutSessionNumber(schema ?? "") }))
      .filter((table) => !known.has(table) && !notes.includes(writtenAnew(table)));
    this.#excess.push(
      ...gone.filter((one) => !dropped.includes(one)).map((one) => `it drops ${one} as well`),
      ...made.filter((one) => !created.includes(one)).map((one) => `it creates ${one} as well`),
      ...emptied.map((table) => `it empties ${table} as well, or writes all its rows anew`),
    );
  }
}

function nameOf({ name, schema }: Pick<TableRows, "name" | "schema">): string {
  return `${schema}.${name}`;
}

async function quoted(client: Dialogue, schema: string, name: string): Promise<string> {
  const [row] = await client.rows(
    "SELECT pg_catalog.quote_ident($1::pg_catalog.text) || '.' || pg_catalog.quote_ident($2::pg_catalog.text)",
    [schema, name],
  );
  return row?.[0] ?? "";
}
