import { functionReach } from "../classify/functions.ts";
import type { ClassifiedStatement } from "../classify/statement.ts";
import type { Obstacle } from "./answer.ts";

/**
 * Why this statement is not simulated, as far as its own text tells; undefined when nothing stands against it. What it
 * runs inside the database is the catalogue's to say: see reached-code.ts.
 */
export function statementObstacle(statement: ClassifiedStatement): Obstacle | undefined {
  const { changesSession, control, copy, executes, verb } = statement;
  if (control !== undefined)
    return {
      code: "transaction-control",
      reason: `${verb} would end or divide the transaction that a simulation rolls back`,
    };
  if (copy !== undefined) return copyObstacle(copy, verb);
  if (executes !== undefined)
    return session(`${verb} runs what another session has prepared; simulate the statement itself`);
  if (
    statement.discards !== undefined ||
    statement.deallocates !== undefined ||
    statement.prepares !== undefined
  )
    return session(`${verb} changes only the session that it stands in`);
  if (statement.cursor !== undefined)
    return session(`${verb} belongs to a cursor of its own session; simulate the query itself`);
  if (changesSession.length > 0)
    return session(`it changes the setting ${changesSession.join(", ")} of its session`);
  return escapeObstacle(statement) ?? functionObstacle(statement);
}

function copyObstacle(copy: NonNullable<ClassifiedStatement["copy"]>, verb: string): Obstacle | undefined {
  if (copy.source !== "client") return outside(`${verb} works with a ${copy.source} of the server's machine`);
  if (copy.direction === "out") return undefined;
  return { code: "input", reason: `${verb} waits for data from the client, and a statement alone has none` };
}

const reachesOutside =
  /^(CHECKPOINT|LOAD|(CREATE|ALTER) EXTENSION|CREATE LANGUAGE|(CREATE|ALTER|DROP) SUBSCRIPTION|IMPORT FOREIGN SCHEMA)$/;

function escapeObstacle({ escapesTransaction, operations, verb }: ClassifiedStatement): Obstacle | undefined {
  const named = operations.find((operation) => reachesOutside.test(operation.verb));
  if (named !== undefined) return outside(`${named.verb} reaches beyond the tables of this database`);
  // Code that is called counts as escaping too, until the catalogue has said what it is: that is asked later.
  const runsCode = operations.some(({ kind, verb: each }) => kind === "call" || each === "FUNCTION");
  if (escapesTransaction && !runsCode)
    return { code: "no-transaction", reason: `${verb}, as it is written, cannot run inside a transaction` };
  const unknown = operations.find(({ kind }) => kind === "unknown");
  if (unknown !== undefined)
    return {
      code: "dynamic-sql",
      reason: `what ${unknown.verb} would run is not to be read in the statement`,
    };
  return undefined;
}

function functionObstacle({ functions }: ClassifiedStatement): Obstacle | undefined {
  for (const written of functions) {
    const parts = written.split(".");
    const name = parts.at(-1) ?? "";
    const obstacle = builtInObstacle(name, functionReach(parts.at(-2), name));
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

/** What stands against a function that is known by its name. A user's own is not. */
export function builtInObstacle(name: string, reach: ReturnType<typeof functionReach>): Obstacle | undefined {
  if (name === "setval") return outside("setval moves a sequence, and no rollback moves it back");
  if (reach === "admin")
    return outside(`the function ${name} reaches beyond the database, where no rollback reaches`);
  return undefined;
}

export function outside(reason: string): Obstacle {
  return { code: "outside", reason };
}

export function session(reason: string): Obstacle {
  return { code: "session", reason };
}
