import { CaptureError } from "../../error.ts";
import { type Dialogue, StatementFailure } from "../dialogue.ts";
import type { Bound, Verdict } from "./bound.ts";
import { runPutOff } from "./put-off.ts";
import type { RelayedAnswer } from "./relayed-answer.ts";

/** A client's messages that run together. */
export interface BoundedMessages {
  readonly messages: readonly Buffer[];
  /** One Query; else they end with a Sync. */
  readonly isQueryString: boolean;
  readonly isInTransaction: boolean;
  /** The prepared statements that they make, which no rollback takes away. */
  readonly prepares: readonly string[];
  /** From here on the transaction may have been committed. */
  readonly onCommit: () => void;
}

/** What came of it. `answer` is for the client, and has no ReadyForQuery; the server is in `status` now. */
export type BoundedRun<Said> =
  | { readonly kind: "lasts"; readonly said: Said; readonly answer: readonly Buffer[] }
  | { readonly kind: "failed"; readonly answer: readonly Buffer[] }
  /** All of it was taken back. `said` is missing when its answer was too long to be kept. */
  | { readonly kind: "undone"; readonly said: Said | undefined; readonly notifications: readonly Buffer[] };

/**
 * Runs messages of a client in a transaction, measures what they changed, and lets that last or takes it back; in the
 * transaction that is open, by a savepoint.
 *
 * The client sees what it would have seen without that: an error of ours is its error, as a time limit or a cancellation
 * of its own would have been, and leaves the transaction as that would.
 */
export async function runBounded<Said extends Verdict>(
  client: Dialogue,
  given: BoundedMessages,
  bound: Bound<Said>,
): Promise<BoundedRun<Said>> {
  const { isInTransaction, messages } = given;
  await client.rows(isInTransaction ? "SAVEPOINT custody_bound" : "BEGIN");
  const run = await begin(client, bound);
  if (run !== undefined) return fail(client, given, run);
  const relayed = await client.relay(messages);
  if (relayed.error !== undefined) return fail(client, given, relayed.parts());
  if (relayed.status !== "in-transaction")
    throw new CaptureError(
      "BOUND_ESCAPED",
      "the transaction ended while a statement ran that could not end it",
    );
  if (relayed.isTooLong) return takeBack<Said>(client, given, relayed, undefined);
  return settle(client, given, relayed, bound);
}

/** What is looked at before may need a lock, and fail for it. */
async function begin(client: Dialogue, bound: Bound): Promise<readonly Buffer[] | undefined> {
  return bound.before(client).then(
    () => undefined,
    (error) => [errorOf(error)],
  );
}

async function settle<Said extends Verdict>(
  client: Dialogue,
  given: BoundedMessages,
  relayed: RelayedAnswer,
  bound: Bound<Said>,
): Promise<BoundedRun<Said>> {
  const { isInTransaction, isQueryString } = given;
  let notices: readonly Buffer[] = [];
  let said: Said;
  try {
    if (!isInTransaction) notices = await runPutOff(client);
    said = await bound.after(client);
    if (!said.mayLast) return await takeBack(client, given, relayed, said);
    if (!isInTransaction) given.onCommit();
    await client.rows(isInTransaction ? "RELEASE SAVEPOINT custody_bound" : "COMMIT");
  } catch (error) {
    return fail(client, given, relayed.partsWithError(errorOf(error), isQueryString));
  }
  await client.leave();
  return { answer: relayed.partsWithNotices(notices, isQueryString), kind: "lasts", said };
}

/** A transaction of ours ends; one of the client's has failed now, as it would have. */
async function fail<Said>(
  client: Dialogue,
  { isInTransaction }: BoundedMessages,
  answer: readonly Buffer[],
): Promise<BoundedRun<Said>> {
  if (!isInTransaction) await client.rows("ROLLBACK");
  await client.leave();
  return { answer, kind: "failed" };
}

async function takeBack<Said>(
  client: Dialogue,
  { isInTransaction, prepares }: BoundedMessages,
  relayed: RelayedAnswer,
  said: Said | undefined,
): Promise<BoundedRun<Said>> {
  if (isInTransaction) {
    await client.rows("ROLLBACK TO SAVEPOINT custody_bound");
    await client.rows("RELEASE SAVEPOINT custody_bound");
  } else await client.rows("ROLLBACK");
  await client.forget(prepares);
  await client.leave();
  return { kind: "undone", notifications: relayed.notifications(), said };
}

function errorOf(error: unknown): Buffer {
  if (error instanceof StatementFailure && error.raw !== undefined) return error.raw;
  throw error;
}
