import type { Dialogue } from "../dialogue.ts";

/**
 * The numbers of the transactions that began while the statement ran: its own, those of its exception blocks, and those
 * of whoever else was busy. Rows are marked with them, by who wrote them (`xmin`) and by who took them away (`xmax`).
 */
export interface TransactionRange {
  /** The first, as the 64 bits that do not wrap around. */
  readonly first: bigint;
  readonly count: bigint;
}

/**
 * How many transactions may have begun at most, exception blocks included: nobody tells which number comes next. A bound
 * is needed, since rows that were written long ago keep their mark for ever, while numbers wrap around.
 */
const TRANSACTIONS_MAX = 1_000_000n;

/** To be asked behind the statement and before its rollback. */
export async function readTransactionRange(client: Dialogue): Promise<TransactionRange> {
  const [row] = await client.rows("SELECT pg_catalog.pg_current_xact_id_if_assigned()::text");
  const first = row?.[0] ?? null;
  return first === null ? { count: 0n, first: 0n } : { count: TRANSACTIONS_MAX, first: BigInt(first) };
}

const WRAP = 2n ** 32n;

/**
 * The condition that a row carries such a mark of ours. Before the rollback a mark is ours if its transaction is still in
 * progress, for nobody sees the rows of another one that is; behind it, if it was rolled back. A row that somebody else
 * changed and gave up on within the same moment is then taken for one of ours.
 */
export function marked(
  mark: "xmin" | "xmax",
  { count, first }: TransactionRange,
  status: "in progress" | "aborted",
): string {
  const offset = `pg_catalog.mod(${mark}::text::bigint - ${first % WRAP} + ${WRAP}, ${WRAP})`;
  // Without CASE the server may ask for the status first, and fails for a number that is not given out yet.
  return `CASE WHEN ${mark}::text <> '0' AND ${offset} < ${count} THEN
    pg_catalog.pg_xact_status(((${first} + ${offset})::text)::pg_catalog.xid8) = '${status}' ELSE false END`;
}
