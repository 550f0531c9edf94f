import {
  type Alert,
  AlertBook,
  type AlertChange,
  type AlertKind,
  type AlertLevel,
  type Occurrence,
  Recogniser,
  reaches,
} from "@custody/alerts";
import { type RecordDraft, rfc3339 } from "@custody/domain";
import type { LedgerReader } from "@custody/ledger";
import { ALERT_KEY_LABEL, readAlertFile, writeAlertFile } from "./alert-file.ts";
import { acknowledgedRecord, changeRecord } from "./alert-records.ts";
import type { AlertWatch } from "./alert-watch.ts";
import { firstAlert, readAlerts } from "./read-alerts.ts";

/** How often the file is brought up to date: a start after a crash reads what came since. */
const KEEP_INTERVAL_MS = 30_000;

export interface AlertRegisterOptions {
  readonly directory: string;
  readonly reader: LedgerReader;
  /** Who writes, as records name their source. */
  readonly instance: string;
  /** How much of the ledger is durable now. */
  readonly size: () => number;
  /** Resolves once everything recorded so far is durable. */
  readonly settle: () => Promise<void>;
  /** Resolves to the record's index once it is durable. */
  readonly recordOne: (draft: RecordDraft) => Promise<number>;
  readonly newId: () => string;
  readonly nowUs: () => number;
  readonly warn: (text: string) => void;
}

/** What somebody is told: of an alert that is on record at `index`, or cannot be put on record: -1. */
export interface AlertNotice extends AlertChange {
  readonly index: number;
}

export interface AlertQuery {
  readonly level?: AlertLevel | undefined;
  readonly kind?: AlertKind | undefined;
  readonly isOpen?: boolean | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

export interface AlertPage {
  readonly alerts: readonly Alert[];
  /** Give it as `before` for the next page; null on the last one. */
  readonly next: string | null;
  /** Of all alerts: how many nobody has seen. */
  readonly open: number;
}

/**
 * The alerts of the process that records: it alone raises them. It sees records as they are written, whatever becomes of
 * the index; and since all it knows is made of records, a restart neither loses an alert nor raises one again.
 */
export class AlertRegister {
  readonly #options: AlertRegisterOptions;
  readonly #key: Buffer;
  readonly #watch: AlertWatch;
  readonly #keeper: NodeJS.Timeout;
  readonly #listeners = new Set<(notice: AlertNotice) => void>();
  readonly #watchers = new Set<() => void>();
  #book: AlertBook;
  #timer: NodeJS.Timeout | undefined;
  #loaded: Promise<void> = Promise.resolve();
  /** Records of alerts that are on their way. */
  #recording = new Set<Promise<unknown>>();
  #isLoaded = false;
  #hasChanged = false;

  /** `watch` has seen every record of this process so far. */
  constructor(options: AlertRegisterOptions, watch: AlertWatch) {
    this.#options = options;
    this.#watch = watch;
    this.#key = options.reader.deriveKey(ALERT_KEY_LABEL);
    this.#book = new AlertBook(options.newId);
    this.#keeper = setInterval(() => void this.#keep(), KEEP_INTERVAL_MS).unref();
  }

  /** Reads what earlier runs left, in the background. Until then nothing is raised, and nothing is missed. */
  start(): void {
    this.#loaded = this.#load();
    this.#loaded.catch((error: Error) =>
      this.#options.warn(`alerts cannot be raised, since the ledger cannot be read: ${error.message}`),
    );
  }

  see(occurrences: readonly Occurrence[]): void {
    for (const occurrence of occurrences) {
      const change = this.#book.see(occurrence);
      if (change !== undefined) this.#record(change);
    }
    this.#changed();
  }

  /** Nothing can be recorded any more, so this alert is told without a record. */
  tellUnrecorded(kind: AlertKind, reason: string): void {
    const { nowUs } = this.#options;
    const alert = this.#book.seeUnrecorded(kind, rfc3339(nowUs()), { reason });
    if (alert !== undefined) this.#tell({ alert, index: -1, what: "raised" });
  }

  async page({ before, isOpen, kind, level, limit }: AlertQuery): Promise<AlertPage> {
    await this.#loaded;
    this.#watch.flush();
    const found = this.#book
      .alerts()
      .filter(
        (alert) =>
          (before === undefined || alert.id < before) &&
          (isOpen === undefined || (alert.acknowledged === undefined) === isOpen) &&
          (kind === undefined || alert.kind === kind) &&
          (level === undefined || reaches(alert.level, level)),
      )
      .sort((one, other) => (one.id < other.id ? 1 : -1));
    const alerts = found.slice(0, limit);
    const next = found.length > limit ? (alerts.at(-1)?.id ?? null) : null;
    return { alerts, next, open: this.#book.openCount };
  }

  /** Somebody has seen it. Resolves once that is durable, to the alert; to undefined when there is none. */
  async acknowledge(id: string): Promise<Alert | undefined> {
    await this.#loaded;
    const { nowUs, recordOne } = this.#options;
    const alert = this.#book.find(id);
    if (alert === undefined || alert.acknowledged !== undefined) return alert;
    const draft = acknowledgedRecord(alert, nowUs());
    const recorded = recordOne(draft);
    const seen = this.#book.acknowledge(id, { at: draft.time, by: String(draft.details?.["by"]) });
    this.#changed();
    await recorded;
    return seen;
  }

  get openCount(): number {
    return this.#book.openCount;
  }

  /** Told of each alert that is raised or updated, once that is durable. */
  onNotice(listener: (notice: AlertNotice) => void): void {
    this.#listeners.add(listener);
  }

  /** Told whenever a list of alerts would look different. */
  onChange(watcher: () => void): void {
    this.#watchers.add(watcher);
  }

  /** Whether records of alerts are on their way, which the ledger's size may count already. */
  get isRecording(): boolean {
    return this.#recording.size > 0;
  }

  /** Records what is counted and not on record yet, as far as the ledger still can. */
  async close(): Promise<void> {
    clearInterval(this.#keeper);
    clearTimeout(this.#timer);
    await this.#loaded.catch(() => {});
    this.#watch.flush();
    for (const change of this.#book.due(Number.POSITIVE_INFINITY)) this.#record(change);
    await Promise.allSettled(this.#recording);
    await this.#keep();
  }

  async #load(): Promise<void> {
    const { directory, instance, newId, reader } = this.#options;
    const kept = readAlertFile(directory, this.#key, reader.size);
    // A ledger of before there were alerts is not gone through for what people could have been told then.
    const from = kept?.size ?? (await firstAlert(reader)) ?? reader.size;
    const book = new AlertBook(newId, kept?.entries ?? []);
    const recogniser = new Recogniser(kept?.denials ?? []);
    await readAlerts({ book, counted: kept, from, instance, reader, recogniser });
    this.#book = book;
    this.#isLoaded = true;
    this.#watch.begin(recogniser.denials);
    this.#watch.flush();
    for (const change of book.due(this.#nowMs())) this.#record(change);
    this.#changed();
    await this.#keep();
  }

  #record(change: AlertChange): void {
    const { nowUs, recordOne } = this.#options;
    const draft = changeRecord(change, nowUs());
    // It counts as recorded with the call, which gives it its place among records.
    const recorded = recordOne(draft);
    this.#book.recorded(change.alert, this.#nowMs());
    const told: Promise<void> = recorded
      .then((index) => this.#tell({ ...change, index }))
      // The ledger tells the operator why, and nothing is forwarded any more.
      .catch(() => {})
      .finally(() => this.#recording.delete(told));
    this.#recording.add(told);
  }

  #tell(notice: AlertNotice): void {
    for (const listener of this.#listeners) listener(notice);
  }

  #changed(): void {
    this.#hasChanged = true;
    for (const watcher of this.#watchers) watcher();
    if (this.#timer !== undefined) return;
    const next = this.#book.nextDueMs();
    if (next === undefined) return;
    this.#timer = setTimeout(() => this.#update(), Math.max(0, next - this.#nowMs())).unref();
  }

  #update(): void {
    this.#timer = undefined;
    for (const change of this.#book.due(this.#nowMs())) this.#record(change);
    this.#changed();
  }

  /** Never fails: without the file a start takes longer, and that is all. */
  async #keep(): Promise<void> {
    if (!this.#isLoaded || !this.#hasChanged) return;
    const { directory, instance, settle, size } = this.#options;
    this.#watch.flush();
    this.#hasChanged = false;
    const { denials, sequence } = this.#watch;
    const kept = { denials, entries: this.#book.entries, instance, sequence, size: size() };
    try {
      // What is counted and then lost would be counted for ever.
      await settle();
      writeAlertFile(directory, this.#key, kept);
    } catch {
      this.#hasChanged = true;
    }
  }

  #nowMs(): number {
    return this.#options.nowUs() / 1000;
  }
}
