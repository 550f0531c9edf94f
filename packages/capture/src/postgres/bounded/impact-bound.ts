import type { SimulatedRows, Simulation, TableRows } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";
import { attempt } from "../simulate/attempt.ts";
import { type CatalogueObject, definedObject } from "../simulate/catalogue.ts";
import { objectText, writtenAnew } from "../simulate/simulation.ts";
import { withoutSessionNumber } from "../temporary-schema.ts";
import type { Bound, Verdict } from "./bound.ts";
import { type Changes, changesBetween, readStanding, type Standing } from "./standing.ts";

/** Lets something last that stays within what a human was shown. */
export class ImpactBound implements Bound<Verdict, Standing> {
  readonly asksOnce = false;
  readonly #approved: Simulation;
  readonly #isForbidden: () => Promise<boolean>;
  #before: Standing | undefined;
  /** More is there now of what goes as a whole than was shown. */
  #hasGrown = false;

  /** `isForbidden` is asked last: a freeze may have come meanwhile. */
  constructor(approved: Simulation, isForbidden: () => Promise<boolean>) {
    this.#approved = approved;
    this.#isForbidden = isForbidden;
  }

  async before(client: Dialogue): Promise<void> {
    for (const table of this.#approved.byTable)
      if (table.isDropped || table.removed !== 0) await this.#countWhole(client, table);
    this.#before = await readStanding(client);
  }

  look(client: Dialogue): Promise<Standing> {
    return readStanding(client);
  }

  async judge(found: Standing): Promise<Verdict> {
    const changes = changesBetween(this.#before as Standing, found);
    const { byTable } = changes;
    const isWithin =
      !this.#hasGrown &&
      byTable !== undefined &&
      byTable.every((rows) => this.#isWithin(rows)) &&
      this.#isApproved(changes);
    return { byTable: byTable ?? [], mayLast: isWithin && !(await this.#isForbidden()) };
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
    if ("value" in counted && removed !== null && counted.value > removed) this.#hasGrown = true;
  }

  #isWithin(rows: TableRows): boolean {
    const limit = this.#approved.byTable.find((one) => nameOf(one) === nameOf(rows));
    return (["inserted", "updated", "deleted"] as const).every((kind) => rows[kind] <= (limit?.[kind] ?? 0));
  }

  /** Nothing is dropped, made, emptied or written anew that a human was not told of. */
  #isApproved({ gone, made, rewritten }: Changes): boolean {
    const { byTable, created, dropped, notes } = this.#approved;
    const known = new Set(byTable.map(nameOf));
    return (
      gone.every((one) => dropped.includes(objectText(definedObject(one)))) &&
      made.every((one) => created.includes(objectText(definedObject(one)))) &&
      rewritten.map(tableOf).every((table) => known.has(table) || notes.includes(writtenAnew(table)))
    );
  }
}

function tableOf({ name, schema }: CatalogueObject): string {
  return nameOf({ name, schema: withoutSessionNumber(schema ?? "") });
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
