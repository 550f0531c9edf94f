import { CaptureError } from "../../error.ts";
import type { Dialogue } from "../dialogue.ts";
import { StatementFailure } from "../server-failure.ts";
import type { Bound, Verdict } from "./bound.ts";
import { runPutOff } from "./put-off.ts";
import { RelayedAnswer } from "./relayed-answer.ts";

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

/** What has run, and what was seen of it; what failed waits to be asked for. */
interface Ran<Look> {
  readonly relayed: RelayedAnswer;
  /** What was put off until the end of a transaction counts as well, while nothing has ended yet. */
  readonly notices: Settled<readonly Buffer[]>;
  readonly found: Settled<Look>;
}

/**
 * `obstacle` is why it could not begin: what is looked at before may need a lock, and fail for it. What was sent behind that
 * has done nothing then, in a transaction that has failed.
 */
async function runAndLook<Look>(
  client: Dialogue,
  { isInTransaction, messages }: BoundedMessages,
  bound: Bound<Verdict, Look>,
): Promise<Ran<Look> & { readonly obstacle: unknown }> {
  const begun = settled(client.rows(isInTransaction ? "SAVEPOINT custody_bound" : "BEGIN"));
  // A cancellation can hit a BEGIN as well, and what is sent behind that would be committed at once.
  if (!isInTransaction) wanted(await begun);
  const ready = settled(bound.before(client));
  const isReady = bound.asksOnce || (await ready).error === undefined;
  // Where nothing stands against it, all of it is on its way at once.
  const relaying = settled(isReady ? client.relay(messages) : Promise.resolve(new RelayedAnswer()));
  if (!bound.asksOnce) await relaying;
  const raising = settled(isInTransaction || !isReady ? Promise.resolve([]) : runPutOff(client));
  if (!bound.asksOnce) await raising;
  const finding = settled(isReady ? bound.look(client) : Promise.reject((await ready).error));
  const [found, notices] = [await finding, await raising];
  wanted(await begun);
  return { found, notices, obstacle: (await ready).error, relayed: wanted(await relaying) };
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
    return fail(client, given, relayed.partsWithError(errorOf(error), isQueryString));
  }
  return { answer: relayed.partsWithNotices(raised, isQueryString), kind: "lasts", said };
}

/** A promise that never rejects, since what is sent together is looked at one after the other. */
type Settled<Value> = { readonly value: Value; readonly error?: undefined } | { readonly error: unknown };

function settled<Value>(promise: Promise<Value>): Promise<Settled<Value>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

function wanted<Value>(one: Settled<Value>): Value {
  if ("value" in one) return one.value;
  throw one.error;
}

/** A transaction of ours ends; one of the client's has failed now, as it would have. */
async function fail<Said>(
  client: Dialogue,
  { isInTransaction }: BoundedMessages,
  answer: readonly Buffer[],
): Promise<BoundedRun<Said>> {
  await Promise.all([isInTransaction ? undefined : client.rows("ROLLBACK"), client.leave()]);
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
