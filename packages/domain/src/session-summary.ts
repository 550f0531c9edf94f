import type { CostSum } from "./cost-sum.ts";

/**
 * `running`: it has not ended, and its token is good. `expired`: its token is not. `ended`: it is on record how. `unknown`:
 * it is over and nobody knows how, or nobody saw it begin.
 */
export type SessionState = "running" | "ended" | "unknown" | "expired";

/** One run of one agent, as far as records tell. */
export interface SessionSummary {
  readonly id: string;
  /** The session that began it. */
  readonly parent?: string;
  readonly agent?: string;
  /** The name of the person for whom it acts. */
  readonly person?: string;
  readonly project: string;
  readonly state: SessionState;
  /** When it was started; without a record of that, the time of its first one. RFC 3339. */
  readonly startedAt: string;
  readonly endedAt?: string;
  /** How it ended, as its record says: `exited`, `stopped` by somebody, or `unknown`. */
  readonly reason?: string;
  /** Until when its token is good. */
  readonly expiresAt?: string;
  /** The time of its latest record. */
  readonly lastAt: string;
  readonly exitCode?: number;
  readonly signal?: string;
  /** As one shell-quoted text; likewise what follows, of the run. */
  readonly command?: string;
  readonly directory?: string;
  readonly host?: string;
  readonly repository?: string;
  readonly branch?: string;
  readonly commit?: string;
  readonly counts: SessionCounts;
  /** Of its own requests, without those of sessions that it began. */
  readonly cost: CostSum;
}

export interface SessionCounts {
  /** Statements that have ended, however. */
  readonly statements: number;
  /** Those of them that would change something, and were not denied. */
  readonly writes: number;
  /** Statements and requests that were denied. */
  readonly denied: number;
  readonly prompts: number;
  /** Requests to models that have ended. */
  readonly requests: number;
  readonly toolCalls: number;
}

/** One page of sessions, the newest first. */
export interface SessionPage {
  readonly sessions: readonly SessionSummary[];
  /** Give it as `before` for the next page; null on the last one. */
  readonly next: number | null;
}
