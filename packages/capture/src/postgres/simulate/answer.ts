import type { RowSample } from "@custody/domain";
import type { ServerIdentity } from "../server-identity.ts";

/** How far a simulation may go. */
export interface SimulationLimits {
  /** How long the statement may run; measuring may take as long again. */
  readonly timeoutMs: number;
  /** How long the statement waits for a lock of somebody else. */
  readonly lockTimeoutMs: number;
  /** How many rows are shown of each table, before and after. */
  readonly rowsMax: number;
  /** Run code that builds its SQL while it runs: nobody can say beforehand what it does outside the database. */
  readonly acceptsDynamicSql?: boolean;
}

/** What a simulation is asked. */
export interface SimulationRequest extends SimulationLimits {
  readonly statement: string;
  /** Values for $1, $2 …, as text; null is SQL's NULL. Only for a single statement. */
  readonly parameters?: readonly (string | null)[];
  /** The server that the target is held to: on another one nothing is run. */
  readonly pinned?: ServerIdentity;
}

export type SimulationAnswer = Simulated | NotSimulatable | FailedSimulation;

/** The statement was run, measured and rolled back. */
interface Simulated {
  readonly outcome: "simulated";
  /** One for each statement of the text. */
  readonly commands: readonly SimulatedCommand[];
  /** Only tables that changed, by schema and name. */
  readonly tables: readonly TableChange[];
  readonly dropped: readonly DefinedObject[];
  readonly created: readonly DefinedObject[];
  readonly sideEffects: readonly SideEffect[];
  /** What could not be measured as it should, each a sentence. */
  readonly notes: readonly string[];
}

/** Nothing was run; or the server itself ended it, since it cannot be run in a transaction. */
interface NotSimulatable {
  readonly outcome: "not-simulatable";
  readonly code: ObstacleCode;
  /** A sentence without its full stop. */
  readonly reason: string;
}

/** The statement was run, and the server refused it or stopped it: as it is, it would not succeed. */
export interface FailedSimulation {
  readonly outcome: "failed";
  readonly why: "error" | "lock" | "timeout";
  /** SQLSTATE */
  readonly code: string;
  /** The server's own words. */
  readonly message: string;
  readonly detail?: string;
  readonly sideEffects: readonly SideEffect[];
}

/**
 * Why a statement is not simulated.
 *
 * - `unparseable`: PostgreSQL's grammar does not accept it, or it is too long.
 * - `transaction-control`: it would end the transaction that is to be rolled back.
 * - `no-transaction`: the server does not run it inside a transaction.
 * - `outside`: something of it happens outside the database, or is not undone by a rollback.
 * - `session`: it means something only to the session that it stands in.
 * - `input`: it waits for data that a statement does not carry.
 * - `dynamic-sql`: code builds its SQL while it runs.
 * - `parameters`: values for several statements, or for none.
 * - `uncounted`: the server does not count rows, or reads strings in another way than we do.
 */
type ObstacleCode =
  | "unparseable"
  | "transaction-control"
  | "no-transaction"
  | "outside"
  | "session"
  | "input"
  | "dynamic-sql"
  | "parameters"
  | "uncounted";

export interface Obstacle {
  readonly code: ObstacleCode;
  readonly reason: string;
}

interface SimulatedCommand {
  /** The completion tag, verbatim. */
  readonly tag: string;
  readonly rowsReturned: number;
}

/** Counted by the server, cascades, triggers and functions included. */
export interface TableChange {
  readonly schema: string;
  readonly name: string;
  /** `schema.name` of the partitioned table that it belongs to. */
  readonly partitionOf?: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** Rows that a TRUNCATE, or the end of the table, takes away; null when they could not be counted. */
  readonly removed: number | null;
  readonly isDropped: boolean;
  /** Rows as they were that were updated, deleted or removed. */
  readonly before: RowSample;
  /** Rows as they would be that were inserted or updated. */
  readonly after: RowSample;
}

/** Something that a statement makes, or takes away: `table`, `view`, `column`, `trigger` … */
export interface DefinedObject {
  readonly kind: string;
  readonly schema: string | null;
  /** Of what lives on a table, `table.name`. */
  readonly name: string;
}

/** What the rollback did not undo, or what would have happened outside. */
export interface SideEffect {
  readonly kind: "sequence" | "advisory-lock" | "notification";
  /** What happened, a sentence without its full stop. */
  readonly text: string;
}
