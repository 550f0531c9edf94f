import type { TableRows } from "@custody/domain";
import type { Dialogue } from "../dialogue.ts";
import type { CatalogueObject } from "../simulate/catalogue.ts";
import { withoutSessionNumber } from "../temporary-schema.ts";
import type { Bound, Verdict } from "./bound.ts";
import { changesBetween, readStanding, type Standing } from "./standing.ts";

/** Lets something last that touches nothing but what a human has named, whatever it does to that. */
export class ScopeBound implements Bound<Verdict, Standing> {
  readonly asksOnce = false;
  readonly #names: ReadonlySet<string>;
  readonly #isForbidden: () => Promise<boolean>;
  #before: Standing | undefined;

  /** `names`: `schema.name`. `isForbidden` is asked last: a freeze may have come meanwhile. */
  constructor(names: readonly string[], isForbidden: () => Promise<boolean>) {
    this.#names = new Set(names);
    this.#isForbidden = isForbidden;
  }

  async before(client: Dialogue): Promise<void> {
    this.#before = await readStanding(client);
  }

  look(client: Dialogue): Promise<Standing> {
    return readStanding(client);
  }

  async judge(found: Standing): Promise<Verdict> {
    const before = this.#before as Standing;
    const { byTable, gone, rewritten } = changesBetween(before, found);
    const isWithin =
      byTable?.every((rows) => this.#isNamed(rows)) === true &&
      [...gone, ...rewritten].every((one) => this.#isOfNamed(one, before));
    return { byTable: byTable ?? [], mayLast: isWithin && !(await this.#isForbidden()) };
  }

  #isNamed({ name, schema }: Pick<TableRows, "name" | "schema">): boolean {
    return this.#names.has(`${schema}.${name}`);
  }

  /** A column, a trigger or a constraint is called `table.name`, and what goes with a table belongs to it. */
  #isOfNamed({ name, parent, schema }: CatalogueObject, { catalogue }: Standing): boolean {
    const space = withoutSessionNumber(schema ?? "");
    const table = parent === undefined ? undefined : catalogue.get(parent);
    if (table !== undefined && this.#isNamed({ name: table.name, schema: space })) return true;
    return this.#isNamed({ name, schema: space });
  }
}
