import { responseField } from "@custody/wire/postgres";
import { CaptureError } from "../../error.ts";
import type { Dialogue } from "../dialogue.ts";
import { StatementFailure } from "../server-failure.ts";
import type { FailedSimulation, Obstacle, SimulationAnswer, SimulationLimits } from "./answer.ts";
import { readCatalogue } from "./catalogue.ts";
import { wordsOfStatements } from "./code-words.ts";
import type { Frame } from "./frame.ts";
import { type Before, measureImpact } from "./impact.ts";
import { readReachedCode } from "./reached-code.ts";
import { countsRows, readRowCounts } from "./row-counts.ts";
import { readSequences, readSideEffects } from "./side-effects.ts";
import { lookOnly } from "./transaction.ts";

/** One statement that is run, with its values. */
export interface Rehearsed {
  readonly text: string;
  readonly parameters: readonly (string | null)[];
  /** Object ids of the values' types; 0, or none, where the server finds out. */
  readonly types?: readonly number[];
}

export interface Rehearsal extends SimulationLimits {
  readonly statements: readonly Rehearsed[];
  /** The connection goes on to serve whoever it belongs to. */
  readonly isOfSession: boolean;
}

/** Runs statements in their frame, measures what they did, and takes it all back. */
export async function rehearse(
  client: Dialogue,
  frame: Frame,
  rehearsal: Rehearsal,
): Promise<SimulationAnswer> {
  await frame.begin(client, rehearsal);
  const answer = await runAndUndo(client, frame, rehearsal).catch(async (error) => {
    // A question of ours has failed, and nothing else; whatever else goes wrong, the connection is of no more use.
    if (error instanceof StatementFailure) await frame.end(client);
    throw error;
  });
  await frame.end(client);
  return answer;
}

async function runAndUndo(client: Dialogue, frame: Frame, rehearsal: Rehearsal): Promise<SimulationAnswer> {
  const looked = await lookOnly(client, () => look(client, rehearsal)).catch(obstructed);
  if ("outcome" in looked) return looked;
  if ("obstacle" in looked) return notSimulatable(looked.obstacle);
  await client.rows("SAVEPOINT custody_simulation");
  const commands = [];
  try {
    for (const { parameters, text, types } of rehearsal.statements) {
      const answer = await client.run(text, parameters, types);
      if (answer.error !== undefined) throw new StatementFailure(answer.error);
      if (answer.status !== "in-transaction") throw escaped(text);
      commands.push({ rowsReturned: answer.rowCount, tag: answer.tag });
    }
    // What is checked at the end of a transaction would otherwise never be checked, nor be carried out.
    await client.rows("SET CONSTRAINTS ALL IMMEDIATE");
  } catch (error) {
    if (!(error instanceof StatementFailure)) throw error;
    return await afterFailure(client, frame, looked, error);
  }
  const impact = await measureImpact(client, rehearsal, looked);
  if (impact === undefined) return notSimulatable(uncounted);
  const sideEffects = await undo(client, frame, looked);
  return { commands, outcome: "simulated", ...impact, sideEffects };
}

const uncounted: Obstacle = {
  code: "uncounted",
  reason: "track_counts is off for this role, so the server does not count rows",
};

type Looked = Before & { readonly notifies: boolean };

/** What stands against it, or else how everything is before it. */
async function look(
  client: Dialogue,
  { acceptsDynamicSql = false, isOfSession, statements }: Rehearsal,
): Promise<Looked | { readonly obstacle: Obstacle }> {
  if (!(await countsRows(client))) return { obstacle: uncounted };
  const { notifies, obstacle } = await readReachedCode(
    client,
    wordsOfStatements(statements.map(({ text }) => text).join(";\n")),
    { acceptsDynamicSql, isOfSession },
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
  client: Dialogue,
  frame: Frame,
  before: Looked,
  error: StatementFailure,
): Promise<SimulationAnswer> {
  const answer = failed(error);
  return answer.outcome === "failed"
    ? { ...answer, sideEffects: await undo(client, frame, { ...before, notifies: false }) }
    : answer;
}

async function undo(client: Dialogue, frame: Frame, { notifies, sequences }: Looked) {
  await frame.undo(client);
  return lookOnly(client, () => readSideEffects(client, sequences, notifies));
}

export function notSimulatable({ code, reason }: Obstacle): SimulationAnswer {
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

/** No statement that gets here can do that. If one could, whoever asked must know. */
function escaped(text: string): CaptureError {
  return new CaptureError(
    "SIMULATION_ESCAPED",
    `the transaction of the simulation ended while ${JSON.stringify(text.slice(0, 100))} ran: it may have had effect`,
  );
}
