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
import { readCounters } from "./read-counters.ts";

/** How far a transaction has got: what is defined, and what it has changed. */
export interface Standing {
  readonly catalogue: Catalogue;
  readonly counters: RowCounters;
}

export async function readStanding(client: Dialogue): Promise<Standing> {
  const catalogue = await lookOnly(client, () => readCatalogue(client));
  return { catalogue, counters: await readCounters(client) };
}

/** What happened between two looks. */
export interface Changes {
  /** Undefined when the server does not count. */
  readonly byTable: readonly TableRows[] | undefined;
  readonly gone: readonly CatalogueObject[];
  readonly made: readonly CatalogueObject[];
  /** Tables that are gone, were emptied as a whole, or were written anew. */
  readonly rewritten: readonly CatalogueObject[];
}

export function changesBetween(before: Standing, after: Standing): Changes {
  return {
    byTable: rowsBetween(before.counters, after.counters),
    gone: missingFrom(before.catalogue, after.catalogue),
    made: missingFrom(after.catalogue, before.catalogue),
    rewritten: rewrittenTables(before.catalogue, after.catalogue),
  };
}
