import type { Dialogue } from "../dialogue.ts";
import type { Bound, Verdict } from "./bound.ts";
import type { BoundedMessages } from "./bounded-messages.ts";
import { canBePutOff, runAllPutOff, runPutOff } from "./put-off.ts";
import { readCounters } from "./read-counters.ts";
import { RelayedAnswer } from "./relayed-answer.ts";
import { type Settled, settled, wanted } from "./settled.ts";

/** What has run, and what was seen of it; what failed waits to be asked for. */
export interface Ran<Look> {
  readonly relayed: RelayedAnswer;
  /** What was put off until the end of a transaction counts as well, while nothing has ended yet. */
  readonly notices: Settled<readonly Buffer[]>;
  readonly found: Settled<Look>;
}

/**
 * `obstacle` is why it could not begin: what is looked at before may need a lock, and fail for it. What was sent behind that
 * has done nothing then, in a transaction that has failed.
 */
export async function runAndLook<Look>(
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
