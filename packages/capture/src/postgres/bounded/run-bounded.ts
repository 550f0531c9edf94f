import { CaptureError } from "../../error.ts";
import type { Dialogue } from "../dialogue.ts";
import { StatementFailure } from "../server-failure.ts";
import type { Bound, Verdict } from "./bound.ts";
import type { BoundedMessages } from "./bounded-messages.ts";
import type { RelayedAnswer } from "./relayed-answer.ts";
import { type Ran, runAndLook } from "./run-and-look.ts";
import { wanted } from "./settled.ts";

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
export async function runBounded<Said extends Verdict, Look>(
  client: Dialogue,
  given: BoundedMessages,
  bound: Bound<Said, Look>,
): Promise<BoundedRun<Said>> {
  const { found, notices, obstacle, relayed } = await runAndLook(client, given, bound);
  if (obstacle !== undefined) return fail(client, given, [errorOf(obstacle)]);
  if (relayed.error !== undefined) return fail(client, given, relayed.parts());
  if (relayed.status !== "in-transaction")
    throw new CaptureError(
      "BOUND_ESCAPED",
      "the transaction ended while a statement ran that could not end it",
    );
  if (relayed.isTooLong) return takeBack<Said>(client, given, relayed, undefined);
  return settle(client, given, { found, notices, relayed }, bound);
}

async function settle<Said extends Verdict, Look>(
  client: Dialogue,
  given: BoundedMessages,
  { found, notices, relayed }: Ran<Look>,
  bound: Bound<Said, Look>,
): Promise<BoundedRun<Said>> {
  const { isInTransaction, isQueryString } = given;
  let said: Said;
  let raised: readonly Buffer[];
  try {
    raised = wanted(notices);
    said = await bound.judge(wanted(found), client);
    if (!said.mayLast) return await takeBack(client, given, relayed, said);
    if (!isInTransaction) given.onCommit();
    const end = client.rows(isInTransaction ? "RELEASE SAVEPOINT custody_bound" : "COMMIT");
    await Promise.all([end, client.leave()]);
  } catch (error) {
    if (error instanceof StatementFailure)
      return fail(client, given, relayed.partsWithError(errorOf(error), isQueryString));
    // Nothing of it may stay open for whatever comes next.
    await undo(client, given).catch(() => {});
    throw error;
  }
  return {
    answer: [...relayed.partsWithNotices(raised, isQueryString), ...client.takeStatuses()],
    kind: "lasts",
    said,
  };
}

/** A transaction of ours ends; one of the client's has failed now, as it would have. */
async function fail<Said>(
  client: Dialogue,
  { isInTransaction }: BoundedMessages,
  answer: readonly Buffer[],
): Promise<BoundedRun<Said>> {
  if (!isInTransaction) await client.rollBack();
  await client.leave();
  return { answer: [...answer, ...client.takeStatuses()], kind: "failed" };
}

async function takeBack<Said>(
  client: Dialogue,
  given: BoundedMessages,
  relayed: RelayedAnswer,
  said: Said | undefined,
): Promise<BoundedRun<Said>> {
  await undo(client, given);
  await client.forget(given.prepares);
  await client.leave();
  return { kind: "undone", notifications: relayed.notifications(), said };
}

async function undo(client: Dialogue, { isInTransaction }: BoundedMessages): Promise<void> {
  if (!isInTransaction) return client.rollBack();
  await client.rows("ROLLBACK TO SAVEPOINT custody_bound");
  await client.rows("RELEASE SAVEPOINT custody_bound");
}

function errorOf(error: unknown): Buffer {
  if (error instanceof StatementFailure && error.raw !== undefined) return error.raw;
  throw error;
}
