import type { Dialogue } from "../dialogue.ts";
import type { SimulationLimits } from "./answer.ts";

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
  await client.rows("SET LOCAL search_path = ''");
  const found = await ask();
  await client.rows("ROLLBACK TO SAVEPOINT custody_look");
  return found;
}

/** The same behind a statement that may have changed the settings, the role included; left to the next rollback. */
export async function prepareToMeasure(client: Dialogue, limits: SimulationLimits): Promise<void> {
  await client.rows("RESET ROLE");
  await client.rows("SET LOCAL search_path = ''");
  await setLimits(client, limits);
}
