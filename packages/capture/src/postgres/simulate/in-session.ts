import type { Parameter } from "@custody/domain";
import type { ClassifiedStatement } from "../classify/statement.ts";
import type { Dialogue } from "../dialogue.ts";
import type { Obstacle, SimulationAnswer, SimulationLimits } from "./answer.ts";
import { savepointFrame, transactionFrame } from "./frame.ts";
import { type Rehearsed, rehearse } from "./rehearse.ts";
import { patienceMs } from "./simulate.ts";
import { statementObstacle } from "./statement-obstacle.ts";

/** What a session is made to wait for at most; nobody has asked it. */
const SESSION_LIMITS: SimulationLimits = { lockTimeoutMs: 2000, rowsMax: 0, timeoutMs: 10_000 };

export const SESSION_PATIENCE_MS: number = patienceMs(SESSION_LIMITS);

/** A statement as its session has sent it. */
export interface SessionStatement {
  readonly classified: ClassifiedStatement;
  readonly parameters: readonly Parameter[];
  /** Object ids of the values' types. */
  readonly types: readonly number[];
}

/** In the session that has sent them: its role, its settings, its temporary tables, its uncommitted rows. */
export async function simulateInSession(
  dialogue: Dialogue,
  statements: readonly SessionStatement[],
  isInTransaction: boolean,
): Promise<SimulationAnswer> {
  const frame = isInTransaction ? savepointFrame : transactionFrame;
  const rehearsed = statements.map(rehearsedOf);
  const answer = await rehearse(dialogue, frame, {
    ...SESSION_LIMITS,
    isOfSession: true,
    statements: rehearsed,
  });
  await dialogue.leave();
  return answer;
}

/** What stands against it before the server is asked. */
export function sessionObstacle(statements: readonly SessionStatement[]): Obstacle | undefined {
  const unreadable = statements.flatMap(({ parameters }) => parameters).find(({ hex }) => hex !== undefined);
  if (unreadable !== undefined)
    return {
      code: "parameters",
      reason: `the value $${unreadable.index} of type ${unreadable.type} came in a form that is not decoded`,
    };
  return statements.map(({ classified }) => statementObstacle(classified)).find((each) => each !== undefined);
}

function rehearsedOf({ classified, parameters, types }: SessionStatement): Rehearsed {
  return {
    parameters: parameters.map(({ value }) => value ?? null),
    text: classified.text,
    types,
  };
}
