import type { TableRows } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";
import {
  type Catalogue,
  type CatalogueObject,
  missingFrom,
  readCatalogue,
  rewrittenTables,
} from "../simulate/catalogue.ts";
import { lookOnly } from "../simulate/transaction.ts";
import { type RowCounters, rowsBetween } from "../statistics/row-counters.ts";
import { withoutSessionNumber } from "../temporary-schema.ts";
import type { Bound, Verdict } from "./bound.ts";
import { readCounters } from "./read-counters.ts";

/** Lets something last that touches nothing but what a human has named, whatever it does to that. */
export class ScopeBound implements Bound {
  readonly #names: ReadonlySet<string>;
  readonly #isForbidden: () => boolean;
  #counters: RowCounters;
  #catalogue: Catalogue = new Map();

  /** `names`: `schema.name`. `isForbidden` is asked last: a freeze may have come meanwhile. */
  constructor(names: readonly string[], isForbidden: () => boolean) {
    this.#names = new Set(names);
    this.#isForbidden = isForbidden;
  }

  async before(client: Dialogue): Promise<void> {
    this.#catalogue = await lookOnly(client, () => readCatalogue(client));
    this.#counters = await readCounters(client);
  }

  async after(client: Dialogue): Promise<Verdict> {
    const byTable = rowsBetween(this.#counters, await readCounters(client));
    const catalogue = await lookOnly(client, () => readCatalogue(client));
    const gone = missingFrom(this.#catalogue, catalogue);
    const emptied = rewrittenTables(this.#catalogue, catalogue);
    const mayLast =
      byTable?.every((rows) => this.#isNamed(rows)) === true &&
      [...gone, ...emptied].every((one) => this.#isOfNamed(one)) &&
      !this.#isForbidden();
    return { byTable: byTable ?? [], mayLast };
  }

  #isNamed({ name, schema }: Pick<TableRows, "name" | "schema">): boolean {
    return this.#names.has(`${schema}.${name}`);
  }

  /** A column, a trigger or a constraint is called `table.name`, and what goes with a table belongs to it. */
  #isOfNamed({ name, parent, schema }: CatalogueObject): boolean {
    const space = withoutSessionNumber(schema ?? "");
    const table = parent === undefined ? undefined : this.#catalogue.get(parent);
    if (table !== undefined && this.#isNamed({ name: table.name, schema: space })) return true;
    return this.#isNamed({ name, schema: space });
  }
}
