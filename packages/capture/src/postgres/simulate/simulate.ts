import { responseField } from "@custody/wire/postgres";
import { CaptureError } from "../../error.ts";
import { expectServer } from "../ask-identity.ts";
import { loadParser } from "../classify/classify.ts";
import type { ClassifiedStatement } from "../classify/statement.ts";
import { ConnectionLost, RowTooLong, ServerClient, StatementFailure } from "../server-client.ts";
import type { UpstreamDoor } from "../upstream-door.ts";
import type { FailedSimulation, Obstacle, SimulationAnswer, SimulationRequest } from "./answer.ts";
import { readCatalogue } from "./catalogue.ts";
import { wordsOfStatements } from "./code-words.ts";
import { type Before, measureImpact } from "./impact.ts";
import { readReachedCode } from "./reached-code.ts";
import { readStatements } from "./read-statements.ts";
import { countsRows, readRowCounts } from "./row-counts.ts";
import { readSequences, readSideEffects } from "./side-effects.ts";
import { beginTransaction, lookOnly } from "./transaction.ts";

/** Beyond the statement's own time and as much for measuring, the server is not waited for. */
const GRACE_MS = 2000;

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
  const read = await readStatements(request, door.upstream.database);
  if ("obstacle" in read) return notSimulatable(read.obstacle);
  const client = await ServerClient.open(door, startup, (server) => expectServer(server, request.pinned));
  const timer = setTimeout(() => void client.abort(), 2 * request.timeoutMs + GRACE_MS);
  try {
    return await runAndRollBack(client, request, read.statements);
  } catch (error) {
    throw explained(error);
  } finally {
    clearTimeout(timer);
    await client.close();
  }
}

async function runAndRollBack(
  client: ServerClient,
  request: SimulationRequest,
  statements: readonly ClassifiedStatement[],
): Promise<SimulationAnswer> {
  if (!client.hasStandardStrings)
    return notSimulatable({
      code: "uncounted",
      reason: "standard_conforming_strings is off, so the server reads strings in another way than Custody",
    });
  await beginTransaction(client, request);
  const looked = await lookOnly(client, () => look(client, request)).catch(obstructed);
  if ("outcome" in looked) return looked;
  if ("obstacle" in looked) return notSimulatable(looked.obstacle);
  await client.rows("SAVEPOINT custody_simulation");
  const commands = [];
  try {
    for (const { text } of statements) {
      const answer = await client.run(text, request.parameters ?? []);
      if (answer.error !== undefined) throw new StatementFailure(answer.error);
      if (answer.status !== "in-transaction") throw escaped(text);
      commands.push({ rowsReturned: answer.rowCount, tag: answer.tag });
    }
    // What is checked at the end of a transaction would otherwise never be checked, nor be carried out.
    await client.rows("SET CONSTRAINTS ALL IMMEDIATE");
  } catch (error) {
    if (!(error instanceof StatementFailure)) throw error;
    return await afterFailure(client, looked, error);
  }
  const impact = await measureImpact(client, request, looked);
  if (impact === undefined) return notSimulatable(uncounted);
  const sideEffects = await rollBack(client, looked);
  return { commands, outcome: "simulated", ...impact, sideEffects };
}

const uncounted: Obstacle = {
  code: "uncounted",
  reason: "track_counts is off for this role, so the server does not count rows",
};

type Looked = Before & { readonly notifies: boolean };

/** What stands against it, or else how everything is before it. */
async function look(
  client: ServerClient,
  { acceptsDynamicSql = false, statement }: SimulationRequest,
): Promise<Looked | { readonly obstacle: Obstacle }> {
  if (!(await countsRows(client))) return { obstacle: uncounted };
  const { notifies, obstacle } = await readReachedCode(
    client,
    wordsOfStatements(statement),
    acceptsDynamicSql,
  );
  if (obstacle !== undefined) return { obstacle };
  const catalogue = await readCatalogue(client);
  return {
    catalogue,
    counts: await readRowCounts(client),
    notifies,
    sequences: await readSequences(client),
  };
}

/** Definitions cannot be read while somebody else changes them: the statement would have to wait as well. */
function obstructed(error: unknown): SimulationAnswer {
  const answer = error instanceof StatementFailure ? failed(error) : undefined;
  if (answer?.outcome === "failed" && answer.why !== "error") return answer;
  throw error;
}

/** Sequences keep their step also after an error. */
async function afterFailure(
  client: ServerClient,
  before: Looked,
  error: StatementFailure,
): Promise<SimulationAnswer> {
  const answer = failed(error);
  return answer.outcome === "failed"
    ? { ...answer, sideEffects: await rollBack(client, { ...before, notifies: false }) }
    : answer;
}

async function rollBack(client: ServerClient, { notifies, sequences }: Looked) {
  await client.rows("ROLLBACK");
  await client.rows("BEGIN READ ONLY");
  return lookOnly(client, () => readSideEffects(client, sequences, notifies));
}

function notSimulatable({ code, reason }: Obstacle): SimulationAnswer {
  return { code, outcome: "not-simulatable", reason };
}

/** Two errors of the server do not speak of the statement, but of our running it in a transaction. */
function failed({ fields, message }: StatementFailure): FailedSimulation | SimulationAnswer {
  const code = responseField(fields, "sqlState") ?? "?????";
  if (code === "25001") return notSimulatable({ code: "no-transaction", reason: message });
  if (code === "2D000")
    return notSimulatable({
      code: "transaction-control",
      reason: `what it runs ends transactions of its own (${message})`,
    });
  const detail = responseField(fields, "detail");
  const why = code === "55P03" ? "lock" : code === "57014" ? "timeout" : "error";
  return {
    outcome: "failed",
    why,
    code,
    message,
    ...(detail === undefined ? undefined : { detail }),
    sideEffects: [],
  };
}

/** What became of the questions that a simulation asks, in its own words. */
function explained(error: unknown): unknown {
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

/** No statement that gets here can do that. If one could, whoever asked must know. */
function escaped(text: string): CaptureError {
  return new CaptureError(
    "SIMULATION_ESCAPED",
    `the transaction of the simulation ended while ${JSON.stringify(text.slice(0, 100))} ran: it may have had effect`,
  );
}
