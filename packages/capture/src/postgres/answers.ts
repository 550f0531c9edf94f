import type { Outcome, RecordDraft } from "@custody/domain";
import {
  decodeCommandComplete,
  decodeErrorResponse,
  decodeParameterDescription,
  decodeParameterStatus,
  decodeReadyForQuery,
  type FrameVisitor,
  responseField,
  type TransactionStatus,
} from "@custody/wire/postgres";
import { CaptureError } from "../error.ts";
import { BulkDigest } from "./bulk-digest.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { ConnectionContext } from "./context.ts";
import { ROLLBACKS_MAX } from "./dialogue.ts";
import type { Ending, Execution } from "./execution.ts";
import type { Expected } from "./expected.ts";
import { FailedExecutions, type ServerError } from "./failed-executions.ts";
import { rollback } from "./inject.ts";
import { Output } from "./output.ts";
import { answeredRecord, finalRecord } from "./records.ts";
import type { Failure, Measurement } from "./statistics/measurement.ts";
import { OwnAnswers } from "./statistics/own-answers.ts";

const DATA_ROW = 0x44;
const COMMAND_COMPLETE = 0x43;

/**
 * Reads what the server answers and turns it into records: which execution it belongs to, its rows, its true outcome.
 *
 * Every message must be one that was waited for. Anything else means that what we believe about the connection is
 * wrong; then it ends, because a record in doubt is worse than a broken connection.
 */
export class AnswerReader implements FrameVisitor {
  readonly #context: ConnectionContext;
  readonly #send: (pieces: readonly Buffer[]) => void;
  readonly #state: ConnectionState;
  readonly output: Output = new Output();
  readonly #own: OwnAnswers;
  readonly #failed: FailedExecutions;
  #drafts: RecordDraft[] = [];
  /** Writes whose rows are known and whose outcome is not, since the last chunk. */
  #answered: Execution[] = [];

  /** `send`: to the server, for what has to be said again. */
  constructor(context: ConnectionContext, state: ConnectionState, send: (pieces: readonly Buffer[]) => void) {
    this.#context = context;
    this.#send = send;
    this.#state = state;
    this.#failed = new FailedExecutions(state, context.clock, (execution, ending) =>
      this.close(execution, ending),
    );
    const { output } = this;
    this.#own = new OwnAnswers({ output, ready: (status) => this.#becomeReady(status), state });
  }

  /** The records that must be written before this chunk's parts go on. */
  takeDrafts(): RecordDraft[] {
    const drafts = this.#drafts;
    this.#drafts = [];
    if (this.#answered.length === 0) return drafts;
    const answered = this.#answered;
    this.#answered = answered.filter(({ isBeingMeasured }) => isBeingMeasured);
    for (const execution of answered) {
      if (execution.state === "requested" && !execution.isBeingMeasured)
        drafts.push(answeredRecord(execution, this.#context));
    }
    return drafts;
  }

  /** Writes the final record of an execution, unless it has one. */
  close(execution: Execution, ending: Ending): void {
    if (execution.state === "final") return;
    this.#drafts.push(finalRecord(execution, ending, this.#context));
  }

  /** The fate of a write is known; what was rolled back around code that can commit may stand all the same. */
  settle(execution: Execution, outcome: Outcome, wasExplicit: boolean): void {
    const isInDoubt = outcome === "rolled-back" && !wasExplicit && execution.mayCommitInside;
    if (isInDoubt) this.close(execution, { status: "ok", outcome: "unknown" });
    else this.close(execution, { status: outcome === "unknown" ? "unknown" : "ok", outcome });
  }

  /** Definitions that will not come about. */
  reject(expected: Expected): void {
    this.#failed.reject(expected);
  }

  onPassed(type: number, bodyBytes: number, start: number): void {
    this.output.seen(start + 5 + bodyBytes);
    if (this.#own.isNext && type === DATA_ROW) return this.#own.beginRow(bodyBytes, start);
    const execution = this.#current();
    if (execution === undefined) return;
    if (type === DATA_ROW) execution.rowsReturned += 1;
    execution.rowBytes += bodyBytes;
  }

  onPayload(type: number, piece: Buffer): void {
    if (type !== DATA_ROW) this.#current()?.bulk?.update(piece);
    else if (this.#own.isNext) this.#own.addToRow(piece);
  }

  onMessage(type: number, raw: Buffer, start: number, end: number): void {
    this.output.seen(end);
    if (this.#own.isNext && this.#own.read(type, raw, start, end)) return;
    if (type === COMMAND_COMPLETE && this.#state.expected.head?.kind === "rollback")
      return this.#rolledBack(start, end);
    switch (String.fromCharCode(type)) {
      case "1":
        return this.#parsed();
      case "2":
        return this.#bound();
      case "3":
        return this.#closed();
      case "t":
        return this.#parametersDescribed(raw.subarray(5));
      case "T":
        if (this.#state.expected.head?.kind === "describe") this.#state.expected.shift();
        return;
      case "n":
        this.#take("describe");
        return;
      case "C":
        return this.#completed(decodeCommandComplete(raw.subarray(5)).tag, start, end);
      case "I":
        if (this.#state.expected.head?.kind === "execute") this.#state.expected.shift();
        return;
      case "s":
        return this.#suspended(start, end);
      case "G":
        return this.#copyInBegins();
      case "H":
        return this.#copyOutBegins();
      case "E":
        return this.#errorAnswered(raw, start, end);
      case "Z":
        return this.#ready(decodeReadyForQuery(raw.subarray(5)).status, start, end);
      case "S":
        return this.#settingChanged(raw.subarray(5));
      case "N":
      case "A":
      case "c":
        return;
      default:
        throw new CaptureError(
          "DESYNCHRONISED",
          `the server sent a message of type ${String.fromCharCode(type)} here`,
        );
    }
  }

  /** The execution that the server is answering now. */
  #current(): Execution | undefined {
    const head = this.#state.expected.head;
    if (head?.kind === "execute") return head.execution;
    return head?.kind === "query" ? head.executions[head.at] : undefined;
  }

  #take<Kind extends Expected["kind"]>(kind: Kind): Extract<Expected, { kind: Kind }> {
    const head = this.#state.expected.head;
    if (head?.kind !== kind) throw unexpected(kind, head);
    this.#state.expected.shift();
    return head as Extract<Expected, { kind: Kind }>;
  }

  #parsed(): void {
    const { name, prepared } = this.#take("parse");
    this.#state.statements.confirm(name, prepared);
  }

  #bound(): void {
    const { name, portal } = this.#take("bind");
    this.#state.portals.confirm(name, portal);
  }

  #closed(): void {
    const { what, name, portal } = this.#take("close");
    (what === "portal" ? this.#state.portals : this.#state.statements).confirm(name, undefined);
    if (portal?.execution && this.#state.isSuspended(portal.execution))
      this.#closeSuspended(portal.execution);
  }

  #parametersDescribed(body: Buffer): void {
    const head = this.#state.expected.head;
    if (head?.kind !== "describe") throw unexpected("describe", head);
    if (head.prepared) head.prepared.parameterTypes = decodeParameterDescription(body).parameterTypes;
  }

  #completed(tag: string, start: number, end: number): void {
    const head = this.#state.expected.head;
    const execution = this.#current();
    // Nothing may run that nobody was asked about.
    if (execution === undefined) throw unexpected("execute", head);
    if (execution.classified.copy?.direction === "in") this.#state.expected.dropSyncsWithin(execution);
    if (head?.kind === "execute") this.#state.expected.shift();
    if (head?.kind === "query") head.at += 1;
    // A portal that ended before its row limit answers the next Execute with nothing more.
    if (execution.tag === undefined) this.#complete(execution, tag);
    if (head?.kind !== "query" || head.at === head.executions.length)
      this.#awaitCounters(execution, start, end, head?.kind === "query" ? head.measurement : undefined);
  }

  /**
   * The end of what the counters tell of: the client hears of it when they have told, and so it has not yet failed. Of a
   * string nothing else but its last completion can wait, since the rows of a statement may be many.
   */
  #awaitCounters(execution: Execution, start: number, end: number, ofString?: Measurement): void {
    const next = this.#state.expected.head;
    const measurement = next?.kind === "row-counters" ? next.measurement : ofString;
    if (measurement === undefined) return;
    execution.isBeingMeasured = measurement.execution === execution;
    this.output.wait(start, end);
  }

  #complete(execution: Execution, tag: string): void {
    const { classified } = execution;
    execution.tag = tag;
    execution.answeredUs = this.#context.clock.monotonicUs();
    const wasTracked = this.#state.isSuspended(execution) && classified.writes;
    this.#failed.leave(execution);
    this.#state.confirm(classified);
    if (classified.control) {
      this.close(execution, {
        status: "ok",
        outcome: this.#state.transaction.controlled(classified.control, tag),
      });
    } else if (classified.writes) {
      if (!wasTracked) this.#state.transaction.wrote(execution);
      this.#answered.push(execution);
    } else {
      this.close(execution, { status: "ok", outcome: this.#readOutcome() });
    }
  }

  #readOutcome(): Outcome {
    return this.#state.transaction.isExplicit ? "open" : "committed";
  }

  /** The row limit was reached. A write has done all its work by now, whatever it has returned of it. */
  #suspended(start: number, end: number): void {
    const { execution } = this.#take("execute");
    if (execution === undefined) return;
    this.#awaitCounters(execution, start, end);
    if (this.#state.isSuspended(execution)) return;
    execution.answeredUs = this.#context.clock.monotonicUs();
    this.#state.suspend(execution);
    if (!execution.classified.writes) return;
    this.#state.transaction.wrote(execution);
    this.#answered.push(execution);
  }

  #closeSuspended(execution: Execution): void {
    this.#failed.leave(execution);
    if (!execution.classified.writes) this.close(execution, { status: "ok", outcome: this.#readOutcome() });
  }

  #copyInBegins(): void {
    const execution = this.#current();
    if (execution === undefined) return;
    this.#state.expected.dropSyncsWithin(execution);
    this.#state.beginCopy(execution);
  }

  #copyOutBegins(): void {
    const execution = this.#current();
    if (execution) execution.bulk = new BulkDigest("out");
  }

  #errorAnswered(raw: Buffer, start: number, end: number): void {
    const { fields } = decodeErrorResponse(raw.subarray(5));
    const error: ServerError = {
      code: responseField(fields, "sqlState") ?? "",
      message: responseField(fields, "message") ?? "",
    };
    const severity = responseField(fields, "severityNonLocalized") ?? responseField(fields, "severity");
    const head = this.#state.expected.head;
    if (severity === "FATAL" || severity === "PANIC") {
      // The connection is lost, and with it what can be known; see judgeLost.
      const execution = this.#current();
      if (execution && execution.tag === undefined) execution.error = error;
      return;
    }
    if (head === undefined) return;
    if (head.kind === "rollback") return this.#rollbackRefused(head, start, end);
    const replacement =
      head.kind === "refusal" ? head.error : head.kind === "query" ? refusalOf(head) : undefined;
    if (replacement !== undefined) this.output.replace(start, end, replacement);
    if (head.kind === "row-counters" || head.kind === "own") this.#failOwn(head, { error, raw }, start, end);
    else if (head.kind === "query") this.#failed.ofQuery(head, error);
    else this.#failed.ofSegment(head, error);
    this.#state.transaction.failed();
  }

  /** A question of ours has failed. What the client had asked for may have succeeded before that, and is undone. */
  #failOwn(
    head: Extract<Expected, { kind: "own" | "row-counters" }>,
    failure: Failure,
    start: number,
    end: number,
  ): void {
    const { execution } = head.measurement;
    if (this.#own.fail(head, failure, start, end)) {
      head.measurement.abandon();
      execution.tag = undefined;
      execution.counted = undefined;
      this.#failed.fail(execution, failure.error);
    }
    if (head.kind === "row-counters") this.#failed.ofSegment(head, failure.error);
  }

  #ready(status: TransactionStatus, start: number, end: number): void {
    const head = this.#state.expected.head;
    const isDue =
      head?.kind === "sync" ||
      head?.kind === "rollback" ||
      (head?.kind === "query" && head.at === head.executions.length);
    if (!isDue) throw unexpected("sync", head);
    if (head.kind === "rollback" && status === "failed" && this.#saysAgain(head)) {
      this.output.drop(start, end);
      return;
    }
    this.#state.expected.shift();
    // The client is told by the last message of ours, behind which the server is as ready, and says so.
    const isFollowed =
      head.kind === "query" ? (head.measurement ?? head.isFollowed) : head.kind === "sync" && head.isFollowed;
    if (isFollowed) this.output.drop(start, end);
    else this.#becomeReady(status);
  }

  /** The answer to a ROLLBACK of ours. */
  #rolledBack(start: number, end: number): void {
    this.output.drop(start, end);
    this.#state.transaction.controlled({ kind: "rollback", chain: false }, "ROLLBACK");
  }

  /** By a cancellation that came late. The client has been told already why its COMMIT failed. */
  #rollbackRefused(head: Extract<Expected, { kind: "rollback" }>, start: number, end: number): void {
    this.output.drop(start, end);
    head.refused += 1;
  }

  /** What the client has sent behind it would be answered before it; then the failed transaction is left to the client. */
  #saysAgain({ refused }: Extract<Expected, { kind: "rollback" }>): boolean {
    if (this.#state.expected.count > 1 || refused > ROLLBACKS_MAX) return false;
    this.#send([rollback]);
    return true;
  }

  #becomeReady(status: TransactionStatus): void {
    if (status === "idle") {
      for (const execution of this.#state.takeSuspended()) {
        this.#state.answered(execution);
        if (!execution.classified.writes) this.close(execution, { status: "ok", outcome: "committed" });
      }
      this.#state.portals.clear();
      if (this.#state.expected.count === 0) this.#idle();
    }
    this.#state.transaction.ready(status);
  }

  /** Nothing is on its way, and no transaction is open. */
  #idle(): void {
    this.#state.hasWritten = false;
    if (!this.#state.mayHaveDefined) return;
    this.#state.mayHaveDefined = false;
    this.#context.catalogue?.changed();
  }

  #settingChanged(body: Buffer): void {
    const { name, value } = decodeParameterStatus(body);
    this.#state.settings.set(name, value);
  }
}

/** What the client is told in the place of the server's error: a refusal, or what had failed before its query could. */
function refusalOf({ measurement, refusal }: Extract<Expected, { kind: "query" }>): Buffer | undefined {
  return refusal ?? measurement?.failure?.raw;
}

function unexpected(kind: string, head: Expected | undefined): CaptureError {
  return new CaptureError(
    "DESYNCHRONISED",
    `the server answered ${kind}, but ${head?.kind ?? "nothing"} was waited for`,
  );
}
