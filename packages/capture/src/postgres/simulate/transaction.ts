import type { Dialogue } from "../dialogue.ts";
import type { SimulationLimits } from "./answer.ts";

/**
 * Names mean what the server calls so. Temporary types and tables would stand before those of an empty path: a `text` of
 * somebody else's would cut what we read.
 */
export const ownNamesOnly = "SET LOCAL search_path = pg_catalog, pg_temp";

/**
 * Values are written alike wherever we read them, whatever a client has set: its settings would have us show a number by its
 * first digit, or a letter that its encoding does not have.
 */
export const plainValues: string = `SELECT ${[
  ["bytea_output", "hex"],
  ["client_encoding", "UTF8"],
  ["DateStyle", "ISO"],
  ["extra_float_digits", "1"],
  ["IntervalStyle", "postgres"],
  ["lc_monetary", "C"],
  ["TimeZone", "UTC"],
]
  .map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`)
  .join(", ")}`;

/** Opens the transaction, with its limits. */
export async function beginTransaction(client: Dialogue, limits: SimulationLimits): Promise<void> {
  await client.rows("BEGIN");
  await setLimits(client, limits);
}

/** Both may be changed again by what runs; then there is still the limit that the client keeps itself. */
export async function setLimits(
  client: Dialogue,
  { lockTimeoutMs, timeoutMs }: SimulationLimits,
): Promise<void> {
  await client.rows("SELECT pg_catalog.set_config('statement_timeout', $1, true)", [`${timeoutMs}ms`]);
  await client.rows("SELECT pg_catalog.set_config('lock_timeout', $1, true)", [`${lockTimeoutMs}ms`]);
}

/**
 * Asks questions of our own under a search path in which nobody's names stand before those of the server, and puts
 * everything back.
 */
export async function lookOnly<T>(client: Dialogue, ask: () => Promise<T>): Promise<T> {
  await client.rows("SAVEPOINT custody_look");
  await client.rows(ownNamesOnly);
  const found = await ask();
  await client.rows("ROLLBACK TO SAVEPOINT custody_look");
  return found;
}

/** The same behind a statement that may have changed the settings, the role included; left to the next rollback. */
export async function prepareToMeasure(client: Dialogue, limits: SimulationLimits): Promise<void> {
  await client.rows("RESET ROLE");
  await client.rows(ownNamesOnly);
  await client.rows(plainValues);
  await setLimits(client, limits);
}
