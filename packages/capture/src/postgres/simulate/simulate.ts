import { CaptureError } from "../../error.ts";
import { expectServer } from "../ask-identity.ts";
import { loadParser } from "../classify/classify.ts";
import { ServerClient } from "../server-client.ts";
import { ConnectionLost, RowTooLong, StatementFailure } from "../server-failure.ts";
import type { UpstreamDoor } from "../upstream-door.ts";
import type { Obstacle, SimulationAnswer, SimulationLimits, SimulationRequest } from "./answer.ts";
import { transactionFrame } from "./frame.ts";
import { readStatements } from "./read-statements.ts";
import { notSimulatable, rehearse } from "./rehearse.ts";

/** Beyond the statement's own time and as much for measuring, the server is not waited for. */
export function patienceMs({ timeoutMs }: SimulationLimits): number {
  return 2 * timeoutMs + 2000;
}

const startup = [
  { name: "application_name", value: "custody simulate" },
  { name: "client_encoding", value: "UTF8" },
];

/**
 * Tells what a statement would do, by doing it in a transaction of our own and rolling that back: with the role and the
 * settings that Custody's own connections have. Nothing is estimated.
 *
 * What would outlast the rollback is refused before anything runs. While it runs, the locks of the statement are held.
 *
 * @throws CaptureError UPSTREAM_*, TARGET_CHANGED, SIMULATION_LOST, SIMULATION_ESCAPED, SIMULATION_UNMEASURED
 */
export async function simulate(door: UpstreamDoor, request: SimulationRequest): Promise<SimulationAnswer> {
  await loadParser();
  const { parameters = [] } = request;
  const read = await readStatements(request, door.upstream.database);
  if ("obstacle" in read) return notSimulatable(read.obstacle);
  const client = await ServerClient.open(door, startup, (server) => expectServer(server, request.pinned));
  const timer = setTimeout(() => void client.abort(), patienceMs(request));
  try {
    if (!client.hasStandardStrings) return notSimulatable(otherStrings);
    const statements = read.statements.map(({ text }) => ({ parameters, text }));
    return await rehearse(client, transactionFrame, { ...request, isOfSession: false, statements });
  } catch (error) {
    throw explained(error);
  } finally {
    clearTimeout(timer);
    await client.close();
  }
}

export const otherStrings: Obstacle = {
  code: "uncounted",
  reason: "standard_conforming_strings is off, so the server reads strings in another way than Custody",
};

/** What became of the questions that a simulation asks, in its own words. */
export function explained(error: unknown): unknown {
  if (error instanceof StatementFailure) return unmeasured(error);
  if (error instanceof RowTooLong)
    return new CaptureError("SIMULATION_LOST", error.message, { cause: error });
  if (!(error instanceof ConnectionLost)) return error;
  return new CaptureError(
    "SIMULATION_LOST",
    `the database ended the connection in the middle of the simulation${error.why}; it rolls back by itself`,
    { cause: error },
  );
}

/** What the server did not answer was a question of our own. */
function unmeasured(error: StatementFailure): CaptureError {
  return new CaptureError(
    "SIMULATION_UNMEASURED",
    `what the statement would do could not be measured, and was rolled back: ${error.message}`,
    { cause: error },
  );
}
