import type { AlertKind, AlertLevel } from "./kinds.ts";

/** Who and what an alert is about: of the first occurrence, as far as it said. Cut to `SUBJECT_CHARACTERS_MAX`. */
export interface AlertSubject {
  readonly session?: string;
  readonly agent?: string;
  readonly human?: string;
  readonly target?: string;
  readonly environment?: string;
  readonly address?: string;
  /** Who somebody said to be: a user, or the session that a token is of. */
  readonly name?: string;
  readonly rule?: string;
  readonly place?: string;
  readonly route?: string;
  /** Why something cannot be done. */
  readonly reason?: string;
}

export const SUBJECT_MEMBERS: readonly (keyof AlertSubject)[] = [
  "session",
  "agent",
  "human",
  "target",
  "environment",
  "address",
  "name",
  "rule",
  "place",
  "route",
  "reason",
];

/** Names and addresses are what somebody sent. */
export const SUBJECT_CHARACTERS_MAX = 200;

/** Occurrences of one kind that belong together. */
export interface Alert {
  /** A UUIDv7, shared by all records of the alert as their action. */
  readonly id: string;
  readonly kind: AlertKind;
  readonly level: AlertLevel;
  /** What its occurrences have in common. */
  readonly key: string;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** The ids of the first and the last action; a list shows them at `/records/<id>`. */
  readonly firstAction: string;
  readonly lastAction: string;
  readonly project: string;
  readonly subject: AlertSubject;
  /** Who has seen it, and when. */
  readonly acknowledged?: Acknowledgement;
}

export interface Acknowledgement {
  readonly by: string;
  readonly at: string;
}
