import type { Level } from "@custody/domain";
import type { Facts } from "./facts.ts";

/** What people are told about. A kind's name is part of records, of custody.yaml, and of what receivers read. */
export type AlertKind =
  | "access-denied"
  | "approval-misused"
  | "approval-waits"
  | "budget-reached"
  | "budget-warned"
  | "connection-refused"
  | "disk-low"
  | "disk-stopped"
  | "frozen-write"
  | "ledger-contradicted"
  | "ledger-failed"
  | "owner-recovery"
  | "sign-in-locked"
  | "sign-in-refused"
  | "statement-denied"
  | "statement-reworded"
  | "target-changed"
  | "token-elsewhere"
  | "token-expired";

export type AlertLevel = Extract<Level, "warning" | "error" | "critical">;

/** What tells one group of occurrences from another, besides the kind. */
export type GroupMember = "session" | "target" | "address" | "name" | "place";

export interface KindRule {
  readonly kind: AlertKind;
  readonly level: AlertLevel;
  /** The records that count. None where nothing can be recorded. */
  readonly types: readonly string[];
  /** Which of them; all, unless given. */
  readonly when?: (facts: Facts, isReworded: () => boolean) => boolean;
  readonly groupBy: readonly GroupMember[];
  /** So long without another occurrence ends a group: the next one is an alert of its own. */
  readonly quietMinutes: number;
  /** So many occurrences in one group are worse than one. */
  readonly escalation?: { readonly count: number; readonly level: AlertLevel };
}

/** Reasons of a refused connection that nobody did wrong: a client that was only asking, or came while we stop. */
const HARMLESS_REASONS: readonly unknown[] = ["left", "shutting-down"];
const ELSEWHERE_REASONS: readonly unknown[] = ["another-project", "another-database"];

/**
 * What counts, in order: the first rule that fits a record says what it is. docs/alerts.md has the same table, and a
 * test compares the two.
 */
export const KIND_RULES: readonly KindRule[] = [
  {
    kind: "statement-reworded",
    level: "error",
    types: ["db.statement.requested"],
    when: (_, isReworded) => isReworded(),
    groupBy: ["session", "target"],
    quietMinutes: 10,
  },
  {
    kind: "frozen-write",
    level: "error",
    types: ["db.statement.denied"],
    when: ({ rule = "" }) => rule.startsWith("freeze"),
    groupBy: ["session", "target"],
    quietMinutes: 10,
  },
  {
    kind: "statement-denied",
    level: "warning",
    types: ["db.statement.denied"],
    groupBy: ["session", "target"],
    quietMinutes: 10,
    escalation: { count: 5, level: "error" },
  },
  {
    kind: "token-elsewhere",
    level: "error",
    types: ["db.connection.refused"],
    when: ({ details }) => ELSEWHERE_REASONS.includes(details["reason"]),
    groupBy: ["name", "target"],
    quietMinutes: 10,
  },
  {
    kind: "token-expired",
    level: "warning",
    types: ["db.connection.refused"],
    when: ({ details }) => details["reason"] === "expired",
    groupBy: ["name", "target"],
    quietMinutes: 60,
  },
  {
    kind: "connection-refused",
    level: "warning",
    types: ["db.connection.refused"],
    when: ({ details }) =>
      details["code"] === "SIGN_IN_REFUSED" && !HARMLESS_REASONS.includes(details["reason"]),
    groupBy: ["target", "address"],
    quietMinutes: 10,
    escalation: { count: 10, level: "error" },
  },
  {
    kind: "target-changed",
    level: "critical",
    types: ["target.changed"],
    when: ({ details }) => details["repinned"] !== true,
    groupBy: ["target"],
    quietMinutes: 60,
  },
  {
    kind: "owner-recovery",
    level: "critical",
    types: ["user.recovery-opened"],
    groupBy: ["name"],
    quietMinutes: 60,
  },
  {
    kind: "sign-in-refused",
    level: "warning",
    types: ["access.sign-in-refused"],
    groupBy: ["address"],
    quietMinutes: 10,
    escalation: { count: 20, level: "error" },
  },
  {
    kind: "sign-in-locked",
    level: "error",
    types: ["user.locked"],
    groupBy: ["name"],
    quietMinutes: 10,
  },
  {
    kind: "access-denied",
    level: "warning",
    types: ["access.denied"],
    groupBy: ["name", "address"],
    quietMinutes: 10,
    escalation: { count: 10, level: "error" },
  },
  {
    kind: "approval-waits",
    level: "warning",
    types: ["approval.requested"],
    groupBy: ["session", "target"],
    quietMinutes: 10,
  },
  {
    kind: "approval-misused",
    level: "error",
    types: ["approval.misused"],
    groupBy: ["session", "target"],
    quietMinutes: 10,
  },
  {
    kind: "budget-reached",
    level: "error",
    types: ["budget.reached"],
    groupBy: ["name"],
    quietMinutes: 60,
  },
  {
    kind: "budget-warned",
    level: "warning",
    types: ["budget.warned"],
    groupBy: ["name"],
    quietMinutes: 60,
  },
  {
    kind: "ledger-contradicted",
    level: "critical",
    types: ["checkpoint.contradicted"],
    groupBy: ["place"],
    quietMinutes: 1440,
  },
  { kind: "ledger-failed", level: "critical", types: [], groupBy: [], quietMinutes: 60 },
  { kind: "disk-low", level: "warning", types: ["disk.low"], groupBy: [], quietMinutes: 60 },
  { kind: "disk-stopped", level: "critical", types: ["disk.stopped"], groupBy: [], quietMinutes: 60 },
];

export const ALERT_KINDS: readonly AlertKind[] = KIND_RULES.map(({ kind }) => kind);
export const ALERT_LEVELS: readonly AlertLevel[] = ["warning", "error", "critical"];

export function ruleOf(kind: AlertKind): KindRule {
  return KIND_RULES.find((rule) => rule.kind === kind) as KindRule;
}

/** Whether a level is at least another. */
export function reaches(level: AlertLevel, least: AlertLevel): boolean {
  return ALERT_LEVELS.indexOf(level) >= ALERT_LEVELS.indexOf(least);
}
