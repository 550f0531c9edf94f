import type { Facts, Wanted } from "./facts.ts";
import { factsQuery } from "./facts-query.ts";

/**
 * Runs one query on a connection of Custody's own to the same server, database and role; resolves to its rows, each with
 * its columns as texts. Rejects when the server cannot be asked in time.
 */
export type CatalogueQuery = (
  sql: string,
  parameters: readonly string[],
) => Promise<readonly (readonly (string | null)[])[]>;

export async function askCatalogue(query: CatalogueQuery, wanted: Wanted): Promise<Facts> {
  const { functionNames, functionOids, relationNames, relationOids } = wanted;
  const parameters = [relationNames, relationOids, functionNames, functionOids].map(arrayLiteral);
  const [row] = await query(factsQuery, parameters);
  return JSON.parse(row?.[0] ?? "") as Facts;
}

/** An array in PostgreSQL's own notation, each element in quotes. */
function arrayLiteral(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
