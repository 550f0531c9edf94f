import type { Decided, Decision, TableRows } from "@custody/domain";
import { encodeReadyForQuery } from "@custody/wire/postgres";
import { boundObstacle, placeObstacle } from "../bounded/bound-obstacle.ts";
import { canBePutOff, isLimited, rowsBeyond, runAllPutOff, runsPutOff } from "../bounded/put-off.ts";
import { readCounters } from "../bounded/read-counters.ts";
import { settled, wanted } from "../bounded/settled.ts";
import type { ConnectionState } from "../connection-state.ts";
import type { Dialogue } from "../dialogue.ts";
import type { Execution } from "../execution.ts";
import { executionsOf, expectAnswers } from "../forward.ts";
import type { PassageParts } from "../passage-parts.ts";
import { endOnRecord, refuseOnRecord } from "../refusal.ts";
import { refusalError } from "../refuse.ts";
import type { Step } from "../segment.ts";
import { ConnectionLost, StatementFailure } from "../server-failure.ts";
import { rowsBetween } from "../statistics/row-counters.ts";
import { judgeOne } from "./judge-one.ts";
import { runJudged } from "./judged-run.ts";

/** What was changed by what was put off; `undefined` rows could not be found out. */
interface Found {
  readonly byTable: readonly TableRows[] | undefined;
  readonly notices: readonly Buffer[];
}

const NOTHING: Found = { byTable: [], notices: [] };
const UNKNOWN: Found = { byTable: undefined, notices: [] };

/** Acts that make run what limited writes of the open transaction have put off. */
interface Ending {
  readonly steps: readonly Step[];
  readonly decided: readonly Decided[];
  /** The first that does. */
  readonly execution: Execution;
  readonly limited: readonly Execution[];
  readonly parts: PassageParts;
}

/** Whether acts make run what limited writes of the open transaction may have put off. */
export function endsLimitedWrites(
  executions: readonly Execution[],
  { transaction }: ConnectionState,
): boolean {
  return transaction.isExplicit && executions.some(runsPutOff) && transaction.openWrites.some(isLimited);
}

/**
 * Measures what limited writes of the open transaction have put off, at the moment in which it runs, and lets only that last
 * of which the rules would have let the writes do as much. Nobody is asked about more: it would have to be measured with the
 * write itself. `sendOn` is how the acts go on when nothing stands against them.
 */
export async function measurePutOff(
  steps: readonly Step[],
  decided: readonly Decided[],
  parts: PassageParts,
  sendOn: () => void,
): Promise<void> {
  const { state } = parts;
  if (state.expected.owesEnd && !state.isTakingCopy) await state.earlierAnswered();
  const executions = executionsOf(steps);
  const execution = executions.find(runsPutOff) as Execution;
  const limited = state.transaction.openWrites.filter(isLimited);
  const ending: Ending = { decided, execution, limited, parts, steps };
  const isFirst = executions[0] === execution;
  // The server answers it with ROLLBACK.
  if (state.transaction.isFailed && isFirst) return sendOn();
  const isCommit = execution.classified.control !== undefined;
  const isMeasurable = isFirst && (isCommit ? placeObstacle : boundObstacle)(steps, state) === undefined;
  if (isMeasurable && !isCommit) return runMeasured(ending);
  const found = await look(ending, isMeasurable).catch((error: unknown) => lost(ending, error));
  if (found instanceof StatementFailure) return answerFailure(ending, found);
  parts.tell(found.notices);
  const denial = judge(ending, found.byTable);
  if (denial !== undefined) return deny(ending, denial);
  if (found.byTable !== undefined && found.byTable.length > 0) {
    execution.counted = { byTable: found.byTable };
    const { action } = limited.at(-1) as Execution;
    parts.decider.count?.({ ...action, timeUs: parts.context.clock.nowUs() }, found.byTable);
  }
  sendOn();
}

/** Runs, before a COMMIT, what would run with it. Its failure is that of the COMMIT. */
async function look({ parts }: Ending, isMeasurable: boolean): Promise<Found | StatementFailure> {
  const { state } = parts;
  if (!state.expected.isAtRest || state.copiesIn.length > 0 || state.transaction.isFailed) return UNKNOWN;
  return parts.borrow(async (client) => {
    try {
      return await runNow(client, isMeasurable);
    } catch (error) {
      if (!(error instanceof StatementFailure)) throw error;
      await client.rollBack();
      await client.leave();
      return error;
    }
  });
}

async function runNow(client: Dialogue, isMeasurable: boolean): Promise<Found> {
  // Nearly always that is all, and one round trip.
  const asked = settled(canBePutOff(client));
  await client.leave();
  if (!wanted(await asked)) return NOTHING;
  if (!isMeasurable) return UNKNOWN;
  const before = await readCounters(client);
  const { counters, notices } = await runAllPutOff(client, before);
  await client.leave();
  return { byTable: rowsBetween(before, counters), notices };
}

/** The COMMIT was not sent, and its transaction ends with the connection. */
async function lost({ parts, steps }: Ending, error: unknown): Promise<never> {
  if (error instanceof ConnectionLost)
    await endOnRecord(steps, { outcome: "rolled-back", status: "cancelled" }, parts);
  throw error;
}

/** The transaction is rolled back already, as it is behind a COMMIT that fails. */
function answerFailure({ parts, steps }: Ending, { raw }: StatementFailure): void {
  expectAnswers(steps, parts, parts.context.clock.monotonicUs());
  const ready = encodeReadyForQuery({ status: "idle", type: "ready-for-query" });
  parts.replay(Buffer.concat([...(raw ? [raw] : []), ready]));
}

/** SET CONSTRAINTS, or code that has it, is measured with all that it makes run. */
async function runMeasured(ending: Ending): Promise<void> {
  const { decided, parts, steps } = ending;
  let denial: Decision | undefined;
  const undone = await runJudged(steps, parts, (byTable) => {
    denial = judge(ending, byTable);
    return { byTable: byTable ?? [], decided, mayLast: denial === undefined };
  });
  if (undone !== undefined) await deny(ending, denial as Decision);
}

/** Returns why it may not last. */
function judge({ limited, parts }: Ending, byTable: readonly TableRows[] | undefined): Decision | undefined {
  const { context, decider } = parts;
  const beyond = byTable && rowsBeyond(limited, byTable);
  if (beyond?.length === 0) return undefined;
  for (const { action } of limited) {
    const decision = judgeOne({ ...action, timeUs: context.clock.nowUs() }, beyond, decider);
    if (decision.effect !== "allow") return putOffDenial(decision);
  }
  return undefined;
}

function putOffDenial(decision: Decision): Decision {
  const [first = "", ...others] = decision.reasons;
  const how = "so that it is measured with the write, send SET CONSTRAINTS ALL IMMEDIATE before that";
  return {
    ...decision,
    effect: "deny",
    reasons: [
      `what its transaction has put off until now changes too much, and nobody was asked: ${first}`,
      how,
      ...others,
    ],
  };
}

async function deny({ execution, parts, steps }: Ending, denial: Decision): Promise<void> {
  execution.decision = denial;
  const error = refusalError(execution.action, denial, execution.classified.verb);
  await refuseOnRecord(steps, execution, error, parts);
}
