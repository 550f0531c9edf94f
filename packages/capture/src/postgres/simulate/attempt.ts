import type { Dialogue } from "../dialogue.ts";
import { StatementFailure } from "../server-failure.ts";

/**
 * Asks something that may be refused or take too long, and leaves the transaction usable either way: reading rows
 * needs privileges that the statement itself does not.
 */
export async function attempt<T>(
  client: Dialogue,
  ask: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly reason: string }> {
  await client.rows("SAVEPOINT custody_attempt");
  try {
    return { value: await ask() };
  } catch (error) {
    if (!(error instanceof StatementFailure)) throw error;
    await client.rows("ROLLBACK TO SAVEPOINT custody_attempt");
    return { reason: error.message };
  }
}
