import {
  actionStep,
  isReportable,
  type RecordDraft,
  type Recorder,
  type ReportedDraft,
  type Safety,
  timeMs,
} from "@custody/domain";
import type { Ledger, NewEntry } from "@custody/ledger";
import { CliError } from "../error.ts";
import { encodeStatement } from "./encode-members.ts";
import { type EncodeRecord, recordEncoder } from "./encode-record.ts";
import { OpenActions } from "./open-actions.ts";
import type { Origin } from "./origin.ts";
import { reportedEncoder } from "./reported-encoder.ts";
import { Scopes } from "./scope.ts";

/** What the ledger takes as one payload. Longer records are refused here, before they have a sequence number. */
const RECORD_BYTES_MAX = 64 * 1024 * 1024;

export interface LedgerRecorderOptions {
  readonly ledger: Pick<Ledger, "appendAll" | "appendNow" | "settle" | "size">;
  readonly origin: Origin;
  readonly newId: () => string;
  /** Told once, when the ledger cannot write any more. */
  readonly onFailure: (error: unknown) => void;
  /** Why nothing new may begin, while that is so. What is under way is recorded to its end all the same. */
  readonly refusal?: () => Error | undefined;
  /** Default: everything of a session under the session's key. */
  readonly scopes?: Scopes;
  /**
   * Told of all that was recorded, in order: sequence numbers go up from `sequence`. It stands in the way of statements, so
   * it has to be quick, and must not throw.
   */
  readonly onRecorded?: (drafts: readonly RecordDraft[], sequence: number) => void;
}

/**
 * The data path's way into the ledger: gives each record its identity and its canonical bytes.
 *
 * Sequence numbers are given in the order of the calls, and the entries must reach the ledger in that same order, or
 * the source would seem to have gaps. The ledger makes appenders wait while its queue is full, and whoever comes
 * later could then overtake; so while anybody waits, the next ones stand in line here.
 */
export class LedgerRecorder implements Recorder {
  readonly #ledger: LedgerRecorderOptions["ledger"];
  readonly #instance: string;
  readonly #scopes: Scopes;
  readonly #encode: EncodeRecord;
  readonly #encodeReported: (draft: ReportedDraft, id: string) => string;
  readonly #newId: () => string;
  readonly #onFailure: (error: unknown) => void;
  readonly #refusal: () => Error | undefined;
  readonly #onRecorded: NonNullable<LedgerRecorderOptions["onRecorded"]>;
  readonly #open = new OpenActions();
  #sequence = 0;
  #waiting = 0;
  #line: Promise<void> = Promise.resolve();
  #hasFailed = false;
  readonly #onAccepted = (): void => {
    this.#waiting -= 1;
  };
  readonly #onRefused = (error: unknown): void => {
    this.#waiting -= 1;
    this.#failed(error);
  };
  readonly #onUnsettled = (error: unknown): never => {
    this.#failed(error);
    throw error;
  };

  constructor({ ledger, origin, newId, onFailure, onRecorded, refusal, scopes }: LedgerRecorderOptions) {
    this.#ledger = ledger;
    this.#scopes = scopes ?? new Scopes();
    this.#instance = origin.source.instance;
    this.#encode = recordEncoder(origin);
    this.#encodeReported = reportedEncoder(origin);
    this.#newId = newId;
    this.#onFailure = onFailure;
    this.#refusal = refusal ?? (() => undefined);
    this.#onRecorded = onRecorded ?? (() => {});
  }

  record(drafts: readonly RecordDraft[], safety: "written" | "durable"): Promise<void>;
  record(drafts: readonly RecordDraft[], safety: Safety): Promise<void> | undefined;
  record(drafts: readonly RecordDraft[], safety: Safety): Promise<void> | undefined {
    let accepted: Promise<void> | undefined;
    try {
      accepted = this.#take(drafts);
    } catch (error) {
      return Promise.reject(error);
    }
    if (safety === "queued") return accepted;
    return accepted ? accepted.then(() => this.#settled(safety)) : this.#settled(safety);
  }

  /** Records one fact durably, and tells where it stands. */
  async recordOne(draft: RecordDraft): Promise<number> {
    const accepted = this.#take([draft]);
    if (accepted) await accepted;
    // Whoever stands in line comes after us, and a new key announces itself before the entry that needs it.
    const index = this.#ledger.size - 1;
    await this.#settled("durable");
    return index;
  }

  /**
   * Records what somebody tells us, in their own numbering, which the caller keeps without gaps. Whoever follows what is
   * recorded here is not told: none of it was seen. Throws before anything of it is recorded; resolves once all of it is in
   * the ledger's queue.
   */
  recordReported(drafts: readonly ReportedDraft[]): Promise<void> | undefined {
    const refusal = this.#refusal();
    if (refusal !== undefined) throw refusal;
    return this.#append(drafts.map((draft) => this.#reportedEntry(draft)));
  }

  settle(safety: "written" | "durable"): Promise<void> {
    return this.#waiting === 0 ? this.#settled(safety) : this.#line.then(() => this.#settled(safety));
  }

  /**
   * An index below which no action is open, once everything recorded so far is durable: before that, a final record
   * that was counted here might still be lost.
   */
  async openFrom(): Promise<number> {
    const from = this.#open.lowestIndex() ?? this.#ledger.size;
    await this.settle("durable");
    return from;
  }

  #take(drafts: readonly RecordDraft[]): Promise<void> | undefined {
    const sequence = this.#sequence;
    const accepted = this.#append(this.#entries(drafts));
    this.#onRecorded(drafts, sequence);
    return accepted;
  }

  /** Encodes all before numbering any: a record that cannot be encoded leaves no gap, and no trace. */
  #entries(drafts: readonly RecordDraft[]): NewEntry[] {
    const refusal = this.#refusal();
    if (refusal !== undefined && drafts.some(({ type }) => beginsSomething(type))) throw refusal;
    const entries: NewEntry[] = [];
    try {
      for (const draft of drafts) entries.push(this.#entry(draft, this.#sequence + entries.length));
    } catch (error) {
      for (const { action, type } of drafts) if (actionStep(type) === "opens") this.#open.closed(action);
      throw error;
    }
    for (const { action, type } of drafts) if (actionStep(type) === "closes") this.#open.closed(action);
    this.#sequence += entries.length;
    return entries;
  }

  #entry(draft: RecordDraft, sequence: number): NewEntry {
    let statement: string | undefined;
    if (actionStep(draft.type) === "opens") {
      statement = draft.statement && encodeStatement(draft.statement);
      this.#open.opened(draft, this.#ledger.size, statement);
    } else statement = this.#open.statementText(draft);
    const payload = this.#encode(draft, { id: this.#newId(), sequence, statement });
    checkLength(payload);
    const { session, type } = draft;
    const scope = this.#scopes.of(draft);
    const source = this.#instance;
    const ms = timeMs(draft.time);
    // Not spread together: each would have a shape of its own, for which the engine finds nothing in its caches.
    return session === undefined
      ? { payload, scope, sequence, source, timeMs: ms, type }
      : { payload, scope, sequence, session, source, timeMs: ms, type };
  }

  #reportedEntry(draft: ReportedDraft): NewEntry {
    const { session, source, time, type } = draft;
    // Whatever follows from records believes them by their type.
    if (!isReportable(type)) throw new Error(`${type} is nothing that is reported`);
    const payload = this.#encodeReported(draft, this.#newId());
    checkLength(payload);
    return {
      payload,
      scope: this.#scopes.of(draft),
      sequence: source.sequence,
      ...(session === undefined ? undefined : { session }),
      source: source.instance,
      timeMs: timeMs(time),
      type,
    };
  }

  /** Resolves once the entries have their place in the ledger; nothing to wait for when they have it at once. */
  #append(entries: readonly NewEntry[]): Promise<void> | undefined {
    try {
      if (this.#waiting === 0 && this.#ledger.appendNow(entries)) return undefined;
    } catch (error) {
      this.#failed(error);
      throw error;
    }
    const accepted = this.#line.then(() => this.#ledger.appendAll(entries, "queued"));
    this.#waiting += 1;
    this.#line = accepted.then(this.#onAccepted, this.#onRefused);
    return accepted;
  }

  #settled(safety: "written" | "durable"): Promise<void> {
    return this.#ledger.settle(safety).catch(this.#onUnsettled);
  }

  /** Only what stops the ledger for good is the operator's concern; a clean end is nobody's. */
  #failed(error: unknown): void {
    const { code } = error as { code?: unknown };
    if (this.#hasFailed || (code !== "LEDGER_DISK_FULL" && code !== "LEDGER_IO")) return;
    this.#hasFailed = true;
    this.#onFailure(error);
  }
}

/** Without its record none of these may take place. */
function beginsSomething(type: string): boolean {
  return actionStep(type) === "opens" || type === "db.connection.opened" || type === "session.started";
}

/** A UTF-16 unit becomes at most three bytes, so short texts need no counting. */
function checkLength(payload: string): void {
  if (payload.length * 3 <= RECORD_BYTES_MAX || Buffer.byteLength(payload) <= RECORD_BYTES_MAX) return;
  throw new CliError("RECORD_TOO_LONG", "the record is longer than 64 MiB", "send the data with COPY");
}
