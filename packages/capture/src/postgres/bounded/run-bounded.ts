import { CaptureError } from "../../error.ts";
import type { Dialogue } from "../dialogue.ts";
import { StatementFailure } from "../server-failure.ts";
import type { Bound, Verdict } from "./bound.ts";
import { canBePutOff, runAllPutOff, runPutOff } from "./put-off.ts";
import { readCounters } from "./read-counters.ts";
import { RelayedAnswer } from "./relayed-answer.ts";
import { type Settled, settled, wanted } from "./settled.ts";

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
  const beginning = settled(client.rows(isInTransaction ? "SAVEPOINT custody_bound" : "BEGIN"));
  // A cancellation can hit a BEGIN as well, and what is sent behind that would be committed at once.
  const { error: notBegun } = isInTransaction ? {} : await beginning;
  if (notBegun !== undefined) return { ...NOTHING_RAN, obstacle: notBegun };
  const looking = settled(bound.before(client));
  if (!bound.asksOnce) {
    const { error: obstacle } = await looking;
    if (obstacle !== undefined) return { ...NOTHING_RAN, obstacle };
  }
  // Where nothing stands against it, all of it is on its way at once.
  const relaying = settled(client.relay(messages));
  if (!bound.asksOnce) await relaying;
  const ended = isInTransaction ? undefined : runEnd(client, bound.asksOnce);
  if (!bound.asksOnce) await ended?.notices;
  const finding = settled(bound.look(client));
  const [begun, looked, relayed] = [await beginning, await looking, wanted(await relaying)];
  const found = await finding;
  const seen = { found, notices: (await ended?.notices) ?? NO_NOTICES, relayed };
  const obstacle = begun.error ?? looked.error;
  if (obstacle !== undefined || relayed.error !== undefined || relayed.status !== "in-transaction")
    return { ...seen, obstacle };
  return { ...(await runFurther(client, seen, ended, bound)), obstacle };
}

const NO_NOTICES = { value: [] };
const NOTHING_RAN = { found: { error: undefined }, notices: NO_NOTICES, relayed: new RelayedAnswer() };

interface End {
  readonly notices: Promise<Settled<readonly Buffer[]>>;
  /** Whether anything may have put itself off again. */
  readonly isOpen: Promise<Settled<boolean>>;
}

function runEnd(client: Dialogue, asksOnce: boolean): End {
  const notices = settled(runPutOff(client));
  return { isOpen: asksOnce ? settled(canBePutOff(client)) : NOT_ASKED, notices };
}

const NOT_ASKED: End["isOpen"] = Promise.resolve({ value: true });

/** What was put off can put itself off again, and is looked at anew then. */
async function runFurther<Look>(
  client: Dialogue,
  seen: Ran<Look>,
  end: End | undefined,
  bound: Bound<Verdict, Look>,
): Promise<Ran<Look>> {
  if (end === undefined || "error" in seen.notices) return seen;
  const isOpen = await end.isOpen;
  if ("error" in isOpen && isOpen.error !== undefined) return { ...seen, notices: { error: isOpen.error } };
  if ("value" in isOpen && !isOpen.value) return seen;
  const further = await settled(readCounters(client).then((counters) => runAllPutOff(client, counters)));
  if (!("value" in further)) return { ...seen, notices: { error: further.error } };
  const notices = { value: [...wanted(seen.notices), ...further.value.notices] };
  return { ...seen, found: await settled(bound.look(client)), notices };
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
  await Promise.all([isInTransaction ? undefined : client.rows("ROLLBACK"), client.leave()]);
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
  if (!isInTransaction) return void (await client.rows("ROLLBACK"));
  await client.rows("ROLLBACK TO SAVEPOINT custody_bound");
  await client.rows("RELEASE SAVEPOINT custody_bound");
}

function errorOf(error: unknown): Buffer {
  if (error instanceof StatementFailure && error.raw !== undefined) return error.raw;
  throw error;
}
