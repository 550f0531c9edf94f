import { CaptureError } from "../../error.ts";
import { classify, classifyInWorker } from "../classify/classify.ts";
import type { ClassifiedStatement } from "../classify/statement.ts";
import type { Obstacle, SimulationRequest } from "./answer.ts";
import { statementObstacle } from "./statement-obstacle.ts";

export type ReadStatements =
  | { readonly statements: readonly ClassifiedStatement[] }
  | { readonly obstacle: Obstacle };

/** Classifies the text, and refuses what must not even be tried. Needs no server. */
export async function readStatements(
  { parameters = [], statement }: SimulationRequest,
  database: string,
): Promise<ReadStatements> {
  const statements = await classified(statement, database);
  if ("obstacle" in statements) return statements;
  if (statements.length === 0)
    return { obstacle: { code: "unparseable", reason: "there is no statement in the text" } };
  if (parameters.length > 0 && statements.length > 1)
    return { obstacle: { code: "parameters", reason: "values can be given to a single statement only" } };
  const obstacle = statements.map(statementObstacle).find((each) => each !== undefined);
  return obstacle === undefined ? { statements } : { obstacle };
}

async function classified(
  text: string,
  database: string,
): Promise<readonly ClassifiedStatement[] | { readonly obstacle: Obstacle }> {
  try {
    return classify(text, { database });
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    if (error.code === "STATEMENT_UNPARSEABLE") return unparseable(error);
  }
  try {
    return await classifyInWorker(text, { database });
  } catch (error) {
    if (error instanceof CaptureError) return unparseable(error);
    throw error;
  }
}

function unparseable({ message, position }: CaptureError): { readonly obstacle: Obstacle } {
  const place = position === undefined ? "" : `, at character ${position + 1}`;
  return { obstacle: { code: "unparseable", reason: `${message}${place}` } };
}
