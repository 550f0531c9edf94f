import type { Decided, Simulation } from "@custody/domain";
import { CaptureError } from "../error.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { Execution } from "./execution.ts";
import type { Step } from "./segment.ts";
import type { Borrow } from "./server-loan.ts";
import type { Obstacle, SimulationAnswer } from "./simulate/answer.ts";
import {
  SESSION_PATIENCE_MS,
  type SessionStatement,
  sessionObstacle,
  simulateInSession,
} from "./simulate/in-session.ts";
import { notSimulatable } from "./simulate/rehearse.ts";
import { explained, otherStrings } from "./simulate/simulate.ts";
import { simulationOf } from "./simulate/simulation.ts";
import { session } from "./simulate/statement-obstacle.ts";

/**
 * What the statements of a segment would do, in the session that has sent them: all up to the last with this effect, as far
 * as none of them is refused. Nothing of it lasts.
 */
export async function simulateSegment(
  steps: readonly Step[],
  decided: readonly Decided[],
  effect: "approve" | "simulate",
  state: ConnectionState,
  borrow: Borrow,
): Promise<Simulation> {
  const statements = simulatedBy(steps, decided, effect);
  if (state.expected.owesEnd && !state.isTakingCopy) await state.earlierAnswered();
  const isInTransaction = state.transaction.isExplicit;
  const method = isInTransaction ? "savepoint" : "transaction";
  const obstacle = stateObstacle(state) ?? sessionObstacle(statements);
  if (obstacle !== undefined) return simulationOf(notSimulatable(obstacle), method);
  const answer = await borrow(
    (dialogue) => simulateInSession(dialogue, statements, isInTransaction),
    SESSION_PATIENCE_MS,
  ).catch(failed);
  return simulationOf(answer, method);
}

/** Of a simulation that came to nothing there is still a record; only a connection in doubt must end. */
function failed(error: unknown): SimulationAnswer {
  const found = explained(error);
  if (!(found instanceof CaptureError) || found.code === "SIMULATION_ESCAPED") throw found;
  return { code: found.code, message: found.message, outcome: "failed", sideEffects: [], why: "error" };
}

function simulatedBy(
  steps: readonly Step[],
  decided: readonly Decided[],
  wanted: "approve" | "simulate",
): SessionStatement[] {
  const effects = new Map(decided.map(({ action, decision }) => [action, decision.effect]));
  const statements: (SessionStatement & { readonly effect: string | undefined })[] = [];
  for (const { executions, expected } of steps) {
    const types = (expected?.kind === "execute" && expected.portal?.prepared?.parameterTypes) || [];
    for (const execution of executions)
      statements.push({ ...statementOf(execution, types), effect: effects.get(execution.action) });
  }
  const refused = statements.findIndex(({ effect }) => effect !== "allow" && effect !== wanted);
  const possible = refused === -1 ? statements : statements.slice(0, refused);
  return possible.slice(0, possible.findLastIndex(({ effect }) => effect === wanted) + 1);
}

function statementOf({ action, classified }: Execution, types: readonly number[]): SessionStatement {
  // The values of an EXECUTE in SQL stand in its text.
  const isBound = action.statement?.protocol === "extended" && classified.executes === undefined;
  return { classified, parameters: isBound ? (action.statement?.parameters ?? []) : [], types };
}

function stateObstacle({ copiesIn, expected, settings, transaction }: ConnectionState): Obstacle | undefined {
  if (transaction.isFailed) return session("its transaction has failed, and only waits for its end");
  if (copiesIn.length > 0 || !expected.isAtRest)
    return session("it stands behind statements of the same segment; send it after a Sync");
  if (!settings.hasStandardStrings) return otherStrings;
  if (settings.clientEncoding !== "UTF8")
    return session(`its client speaks ${settings.clientEncoding}, and simulations need UTF8`);
  return undefined;
}
