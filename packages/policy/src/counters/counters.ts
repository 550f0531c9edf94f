import type { Action, TableRows } from "@custody/domain";
import { WINDOW_MS_MAX } from "../expression/bounds.ts";
import { type Facts, rowsOf } from "../expression/facts.ts";
import { Slices } from "./slices.ts";

const KEPT_US = WINDOW_MS_MAX * 1000;

/** What is more than this is counted together under one name, so that what is counted can be too much, and never too little. */
const SESSIONS_MAX = 10_000;
const TABLES_MAX = 1_000;
const THE_REST = "\0the rest";

/** What a session has spent on models, with those that it began. */
export type SpentBy = (session: string) => Pick<Facts, "costMicros" | "tokens">;

const NOTHING = { costMicros: 0, tokens: 0 };

/** What one session has changed: its statements, and its rows by target and table. */
interface SessionCounts {
  readonly statements: Slices;
  readonly tables: Map<string, Slices>;
}

/**
 * Counts what sessions have changed within the last hour. Time is that of the actions, so there is no clock here. Other rules
 * go on with the same counts; another process counts again what was recorded.
 */
export class Counters {
  /** The one that was counted longest ago comes first. */
  readonly #sessions = new Map<string, SessionCounts>();
  readonly #spentBy: SpentBy;

  /** `spentBy` says what a session has spent on models; a book of budgets knows. */
  constructor(spentBy: SpentBy = () => NOTHING) {
    this.#spentBy = spentBy;
  }

  /** What an action has changed counts from now on. */
  count(action: Action, byTable: readonly TableRows[]): void {
    const { timeUs } = action;
    const counts = this.#countsOf(action.session.id, timeUs);
    if (writes(action)) counts.statements.add(timeUs, 1, KEPT_US);
    for (const table of byTable) {
      const rows = rowsOf(table);
      if (rows > 0) slicesOf(counts.tables, keyOf(action, table)).add(timeUs, rows, KEPT_US);
    }
  }

  /** What there is to know when rules are asked about an action that is not counted yet. */
  factsFor(action: Action, byTable?: readonly TableRows[]): Facts {
    const { session, timeUs } = action;
    // Whoever was counted with the rest may have a count of its own by now; both are its own.
    const counted = () => [this.#sessions.get(session.id), this.#sessions.get(THE_REST)];
    return {
      byTable,
      ...this.#spentBy(session.id),
      statementsWithin: (windowMs) => {
        let sum = writes(action) ? 1 : 0;
        for (const counts of counted()) sum += counts?.statements.within(windowMs * 1000, timeUs) ?? 0;
        return sum;
      },
      rowsWithin: (windowMs) => {
        let most = 0;
        for (const table of byTable ?? []) {
          let rows = rowsOf(table);
          if (rows === 0) continue;
          const key = keyOf(action, table);
          for (const counts of counted())
            rows += counts ? rowsWithin(counts.tables, key, windowMs * 1000, timeUs) : 0;
          most = Math.max(most, rows);
        }
        return most;
      },
    };
  }

  #countsOf(id: string, timeUs: number): SessionCounts {
    const known = this.#sessions.get(id);
    const isFull = known === undefined && this.#sessions.size >= SESSIONS_MAX && this.#forgetIdle(timeUs);
    const name = isFull ? THE_REST : id;
    const counts = this.#sessions.get(name) ?? {
      statements: new Slices(),
      tables: new Map<string, Slices>(),
    };
    this.#sessions.delete(name);
    this.#sessions.set(name, counts);
    return counts;
  }

  /** Forgets sessions that are in no window any more; says whether there is still no room. */
  #forgetIdle(timeUs: number): boolean {
    for (const [id, counts] of this.#sessions) {
      if (newestUs(counts) + KEPT_US > timeUs) break;
      this.#sessions.delete(id);
    }
    return this.#sessions.size >= SESSIONS_MAX;
  }
}

function writes({ operations }: Action): boolean {
  for (const { tier } of operations) if (tier !== "read") return true;
  return false;
}

function keyOf({ target }: Action, { name, schema }: TableRows): string {
  return `${target.name}\0${schema}.${name}`;
}

function slicesOf(tables: Map<string, Slices>, key: string): Slices {
  const known = tables.get(key);
  if (known !== undefined) return known;
  const name = tables.size < TABLES_MAX ? key : THE_REST;
  const slices = tables.get(name) ?? new Slices();
  tables.set(name, slices);
  return slices;
}

/** Of a table that is not counted by itself, what is counted of all of those. */
function rowsWithin(tables: Map<string, Slices>, key: string, windowUs: number, timeUs: number): number {
  return (tables.get(key) ?? tables.get(THE_REST))?.within(windowUs, timeUs) ?? 0;
}

/** The end of the last second in which the session changed anything. */
function newestUs({ statements, tables }: SessionCounts): number {
  let newest = statements.newest;
  for (const slices of tables.values()) newest = Math.max(newest, slices.newest);
  return (newest + 1) * 1_000_000;
}
