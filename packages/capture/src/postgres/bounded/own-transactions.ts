import type { Dialogue } from "../dialogue.ts";

/** Nobody opens so many savepoints within each other. */
const TRANSACTIONS_MAX = 10_000;

/**
 * The numbers (32 bits) of the transactions that are under way on this connection, that of each open savepoint that has written
 * something included: the server holds a lock for each of them. It holds none any more for a savepoint that was released, or an
 * exception block that went well; what those have written bears a number that is not among these. Rows are marked with them, by
 * who wrote them (`xmin`) and by who took them away (`xmax`).
 */
const ownSql = `
SELECT transactionid::pg_catalog.text FROM pg_catalog.pg_locks
WHERE pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid() AND locktype OPERATOR(pg_catalog.=) 'transactionid'
  AND mode OPERATOR(pg_catalog.=) 'ExclusiveLock' LIMIT ${TRANSACTIONS_MAX}`;

/** @throws StatementFailure */
export async function readOwnTransactions(client: Dialogue): Promise<readonly string[]> {
  return (await client.rows(ownSql)).map(([number]) => number ?? "");
}

/** The condition that a row carries one of these as its mark. */
export function markedBy(mark: "xmin" | "xmax", transactions: readonly string[]): string {
  const digits = transactions.filter((number) => /^\d+$/.test(number));
  return `${mark}::pg_catalog.text = ANY ('{${digits.join(",")}}'::pg_catalog.text[])`;
}
