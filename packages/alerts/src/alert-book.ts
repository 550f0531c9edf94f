import type { Acknowledgement, Alert, AlertSubject } from "./alert.ts";
import { keyOf, overflowKeyOf, subjectOf } from "./group.ts";
import { type AlertKind, type AlertLevel, reaches, ruleOf } from "./kinds.ts";
import type { Occurrence } from "./recogniser.ts";

/** Something about an alert that is to be put on record. */
export interface AlertChange {
  readonly what: "raised" | "updated";
  readonly alert: Alert;
}

/** An alert, and what of it is on record. */
export interface BookEntry {
  readonly alert: Alert;
  readonly isRaised: boolean;
  /** The count and the time of its newest record. */
  readonly recordedCount: number;
  readonly recordedMs: number;
}

/** While a storm lasts, its alert is brought up to date once in so long. */
const UPDATE_INTERVAL_MS = 60_000;

/** So many groups may be open; occurrences of others are counted together, by kind. */
export const OPEN_GROUPS_MAX = 500;

/** So many alerts are listed; older ones are in the ledger alone. All of them are written to a file every now and then. */
export const ALERTS_MAX = 1000;

/**
 * All alerts, and which occurrences belong to which. Everything here is derived from records: the same records in the
 * same order make the same book, but for the ids of alerts that are not on record yet.
 *
 * The first occurrence of a group is told at once, and so is one that makes it worse; the others are counted.
 */
export class AlertBook {
  readonly #newId: () => string;
  /** By id, the oldest first. */
  readonly #entries = new Map<string, BookEntry>();
  /** The newest alert of each group, by key. */
  readonly #groups = new Map<string, string>();

  constructor(newId: () => string, entries: readonly BookEntry[] = []) {
    this.#newId = newId;
    for (const entry of entries) this.#put(entry);
  }

  /** Counts an occurrence. Returns what has to be told at once. */
  see({ count, facts, kind }: Occurrence): AlertChange | undefined {
    const subject = subjectOf(facts);
    const found = this.#groupFor(kind, subject, Date.parse(facts.time));
    if (found.entry === undefined) return this.#begin(kind, found.key, subject, facts, count);
    const { alert } = found.entry;
    const { escalation } = ruleOf(kind);
    const total = alert.count + count;
    const isWorse =
      escalation !== undefined && total >= escalation.count && !reaches(alert.level, escalation.level);
    const { acknowledged, ...rest } = alert;
    const next: Alert = {
      ...rest,
      count: total,
      lastAction: facts.action,
      lastAt: facts.time,
      // Whoever has seen it has seen something milder.
      ...(isWorse ? { level: escalation.level } : acknowledged && { acknowledged }),
    };
    this.#put({ ...found.entry, alert: next });
    return isWorse ? { alert: next, what: "updated" } : undefined;
  }

  /** An occurrence that no record can tell of, because nothing can be recorded. */
  seeUnrecorded(kind: AlertKind, time: string, subject: AlertSubject): Alert | undefined {
    const key = keyOf(kind, subject);
    if (this.#groups.has(key)) return undefined;
    const id = this.#newId();
    const { level } = ruleOf(kind);
    const alert: Alert = {
      count: 1,
      firstAction: id,
      firstAt: time,
      id,
      key,
      kind,
      lastAction: id,
      lastAt: time,
      level,
      project: "",
      subject,
    };
    this.#put({ alert, isRaised: true, recordedCount: 1, recordedMs: Date.parse(time) });
    return alert;
  }

  /** What has been counted and is not on record, of all alerts whose time for that has come. */
  due(nowMs: number): AlertChange[] {
    return [...this.#entries.values()].flatMap((entry): AlertChange[] => {
      if (!entry.isRaised) return [{ alert: entry.alert, what: "raised" }];
      const isDue = isCounting(entry) && nowMs - entry.recordedMs >= UPDATE_INTERVAL_MS;
      return isDue ? [{ alert: entry.alert, what: "updated" }] : [];
    });
  }

  /** When `due` will have something; undefined while nothing is counted. */
  nextDueMs(): number | undefined {
    let next: number | undefined;
    for (const entry of this.#entries.values())
      if (isCounting(entry))
        next = Math.min(next ?? Number.POSITIVE_INFINITY, entry.recordedMs + UPDATE_INTERVAL_MS);
    return next;
  }

  /** A change was handed to the ledger, or found there: then the alert has its id, and is as the record says. */
  recorded(alert: Alert, atMs: number): void {
    const before = this.#entries.get(alert.id) ?? this.#unrecorded(alert.key);
    const known = before?.alert ?? alert;
    if (known.id !== alert.id) this.#entries.delete(known.id);
    const level: AlertLevel = reaches(known.level, alert.level) ? known.level : alert.level;
    this.#put({
      alert: { ...alert, ...known, count: Math.max(known.count, alert.count), id: alert.id, level },
      isRaised: true,
      recordedCount: alert.count,
      recordedMs: atMs,
    });
  }

  acknowledge(id: string, acknowledged: Acknowledgement): Alert | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const alert = { ...entry.alert, acknowledged };
    this.#put({ ...entry, alert });
    return alert;
  }

  find(id: string): Alert | undefined {
    return this.#entries.get(id)?.alert;
  }

  /** The newest first. */
  alerts(): Alert[] {
    return [...this.#entries.values()].map(({ alert }) => alert).reverse();
  }

  get openCount(): number {
    let count = 0;
    for (const { alert } of this.#entries.values()) if (alert.acknowledged === undefined) count += 1;
    return count;
  }

  /** To be given to the constructor again. */
  get entries(): readonly BookEntry[] {
    return [...this.#entries.values()];
  }

  #begin(
    kind: AlertKind,
    key: string,
    subject: AlertSubject,
    { action, project, time }: Occurrence["facts"],
    count: number,
  ): AlertChange {
    const { escalation, level } = ruleOf(kind);
    const alert: Alert = {
      count,
      firstAction: action,
      firstAt: time,
      id: this.#newId(),
      key,
      kind,
      lastAction: action,
      lastAt: time,
      level: escalation !== undefined && count >= escalation.count ? escalation.level : level,
      project,
      subject,
    };
    this.#put({ alert, isRaised: false, recordedCount: 0, recordedMs: Date.parse(time) });
    return { alert, what: "raised" };
  }

  #groupFor(
    kind: AlertKind,
    subject: AlertSubject,
    atMs: number,
  ): { readonly key: string; readonly entry: BookEntry | undefined } {
    const key = keyOf(kind, subject);
    const entry = this.#openGroup(key, atMs);
    if (entry !== undefined || this.#hasRoom(atMs)) return { entry, key };
    const overflow = overflowKeyOf(kind);
    return { entry: this.#openGroup(overflow, atMs), key: overflow };
  }

  #openGroup(key: string, atMs: number): BookEntry | undefined {
    const entry = this.#entries.get(this.#groups.get(key) ?? "");
    return entry !== undefined && isOpen(entry, atMs) ? entry : undefined;
  }

  #hasRoom(atMs: number): boolean {
    if (this.#groups.size < OPEN_GROUPS_MAX) return true;
    for (const [key, id] of this.#groups) {
      const entry = this.#entries.get(id);
      if (entry === undefined || !isOpen(entry, atMs)) this.#groups.delete(key);
    }
    return this.#groups.size < OPEN_GROUPS_MAX;
  }

  #unrecorded(key: string): BookEntry | undefined {
    const entry = this.#entries.get(this.#groups.get(key) ?? "");
    return entry?.isRaised === false ? entry : undefined;
  }

  #put(entry: BookEntry): void {
    const { id, key } = entry.alert;
    this.#entries.set(id, entry);
    this.#groups.set(key, id);
    if (this.#entries.size > ALERTS_MAX) this.#forgetOne();
  }

  /** The oldest that somebody has seen, or the oldest. */
  #forgetOne(): void {
    let oldest: string | undefined;
    for (const [id, { alert }] of this.#entries) {
      oldest ??= id;
      if (alert.acknowledged === undefined) continue;
      oldest = id;
      break;
    }
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

function isOpen({ alert }: BookEntry, atMs: number): boolean {
  return atMs - Date.parse(alert.lastAt) < ruleOf(alert.kind).quietMinutes * 60_000;
}

function isCounting({ alert, isRaised, recordedCount }: BookEntry): boolean {
  return isRaised && alert.count > recordedCount;
}
