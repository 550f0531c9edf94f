import type { Environment, Tier } from "./action.ts";
import type { Decision } from "./decision.ts";
import type { Effect, Level, Message, Outcome } from "./record.ts";

/** What a list shows of one record: enough for a line, and little enough for a million of them. */
export interface RecordRow {
  /** Its place in the ledger. */
  readonly index: number;
  readonly id: string;
  /** Shared by all records of one action; a list of actions shows the newest of them. */
  readonly action: string;
  readonly time: string;
  readonly level: Level;
  readonly type: string;
  readonly message: Message;
  readonly project: string;
  readonly session?: string;
  /** The session that began that one. */
  readonly parentSession?: string;
  readonly agent?: string;
  readonly human?: string;
  /** Nobody has seen it: somebody says so. */
  readonly isReported?: true;
  readonly target?: string;
  readonly environment?: Environment;
  /** The verbs of all its operations, each once. */
  readonly verbs: readonly string[];
  /** The most far-reaching of its operations' tiers. */
  readonly tier?: Tier;
  /** `schema.name` of what it touches, each once, at most eight. */
  readonly objects: readonly string[];
  /** The beginning of the statement. */
  readonly text?: string;
  /** Whether the statement goes on behind `text`. */
  readonly isTextCut?: boolean;
  readonly decision?: Decision["effect"];
  readonly rule?: string;
  readonly rows?: Effect["rows"];
  readonly status?: Effect["status"];
  readonly code?: string;
  readonly outcome?: Outcome;
  readonly totalUs?: number;
}

/** What narrows a list. All that are given must match. */
export interface RecordFilter {
  readonly session?: string;
  /** A type, the beginning of one that ends at a dot, or a pattern: `db.statement.denied`, `db`, `db.*.denied`. */
  readonly type?: string;
  readonly target?: string;
  readonly agent?: string;
  /** The name of the person who acted, or whom an agent acted for. */
  readonly human?: string;
  readonly project?: string;
  /** At least this level. */
  readonly level?: Level;
  readonly tier?: Tier;
  /** `schema.name`, or a name alone. */
  readonly table?: string;
  /** RFC 3339; `since` is included, `until` is not. */
  readonly since?: string;
  readonly until?: string;
  /** Words that all occur in the statement, its values, or who and what took part. */
  readonly search?: string;
}

/** One page of a list, newest first. */
export interface RecordPage {
  readonly rows: readonly RecordRow[];
  /** Give it as `before` for the next page; null on the last one. */
  readonly next: number | null;
  /** How many entries the ledger had when the page was made: all of them were looked at. */
  readonly size: number;
}
