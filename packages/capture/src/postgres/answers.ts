import type { Outcome, RecordDraft } from "@custody/domain";
import {
  decodeCommandComplete,
  decodeErrorResponse,
  decodeParameterDescription,
  decodeParameterStatus,
  decodeReadyForQuery,
  type FrameVisitor,
  responseField,
} from "@custody/wire/postgres";
import { CaptureError } from "../error.ts";
import { BulkDigest } from "./bulk-digest.ts";
import type { ConnectionState } from "./connection-state.ts";
import type { ConnectionContext } from "./context.ts";
import type { Ending, Execution } from "./execution.ts";
import type { Expected } from "./expected.ts";
import { Output } from "./output.ts";
import type { Portal } from "./portal.ts";
import { answeredRecord, finalRecord } from "./records.ts";

/** The server's error, as far as records need it. */
interface ServerError {
  readonly code: string;
  readonly message: string;
}

const DATA_ROW = 0x44;

/** The client cancelled the statement: query_canceled. */
const QUERY_CANCELED = "57014";

/**
 * Reads what the server answers and turns it into records: which execution it belongs to, its rows, its true outcome.
 *
 * Every message must be one that was waited for. Anything else means that what we believe about the connection is
 * wrong; then it ends, because a record in doubt is worse than a broken connection.
 */
export class AnswerReader implements FrameVisitor {
  readonly #context: ConnectionContext;
  readonly #state: ConnectionState;
  readonly output: Output = new Output();
  #drafts: RecordDraft[] = [];
  /** Writes whose rows are known and whose outcome is not, since the last chunk. */
  #answered: Execution[] = [];

  constructor(context: ConnectionContext, state: ConnectionState) {
    this.#context = context;
    this.#state = state;
  }

  /** The records that must be written before this chunk's parts go on. */
  takeDrafts(): RecordDraft[] {
    const drafts = this.#drafts;
    for (const execution of this.#answered) {
      if (execution.state === "requested") drafts.push(answeredRecord(execution, this.#context));
    }
    this.#answered = [];
    this.#drafts = [];
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

  onPassed(type: number, bodyBytes: number, start: number): void {
    this.output.seen(start + 5 + bodyBytes);
    const execution = this.#current();
    if (execution === undefined) return;
    if (type === DATA_ROW) execution.rowsReturned += 1;
    execution.rowBytes += bodyBytes;
  }

  onPayload(_type: number, piece: Buffer): void {
    this.#current()?.bulk?.update(piece);
  }

  onMessage(type: number, raw: Buffer, start: number, end: number): void {
    this.output.seen(end);
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
        return this.#completed(decodeCommandComplete(raw.subarray(5)).tag);
      case "I":
        if (this.#state.expected.head?.kind === "execute") this.#state.expected.shift();
        return;
      case "s":
        return this.#suspended();
      case "G":
        return this.#copyInBegins();
      case "H":
        return this.#copyOutBegins();
      case "E":
        return this.#failed(raw.subarray(5), start, end);
      case "Z":
        return this.#ready(decodeReadyForQuery(raw.subarray(5)).status);
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

  #completed(tag: string): void {
    const head = this.#state.expected.head;
    const execution = this.#current();
    // Nothing may run that nobody was asked about.
    if (execution === undefined) throw unexpected("execute", head);
    if (execution.classified.copy?.direction === "in") this.#state.expected.dropSyncsWithin(execution);
    if (head?.kind === "execute") this.#state.expected.shift();
    if (head?.kind === "query") head.at += 1;
    // A portal that ended before its row limit answers the next Execute with nothing more.
    if (execution.tag === undefined) this.#complete(execution, tag);
  }

  #complete(execution: Execution, tag: string): void {
    const { classified } = execution;
    execution.tag = tag;
    execution.answeredUs = this.#context.clock.monotonicUs();
    const wasTracked = this.#state.isSuspended(execution) && classified.writes;
    this.#leave(execution);
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
  #suspended(): void {
    const { execution } = this.#take("execute");
    if (execution === undefined || this.#state.isSuspended(execution)) return;
    execution.answeredUs = this.#context.clock.monotonicUs();
    this.#state.suspend(execution);
    if (!execution.classified.writes) return;
    this.#state.transaction.wrote(execution);
    this.#answered.push(execution);
  }

  #closeSuspended(execution: Execution): void {
    this.#leave(execution);
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

  #failed(body: Buffer, start: number, end: number): void {
    const { fields } = decodeErrorResponse(body);
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
    const replacement =
      head.kind === "refusal" ? head.error : head.kind === "query" ? head.refusal : undefined;
    if (replacement !== undefined) this.output.replace(start, end, replacement);
    if (head.kind === "query") this.#failQuery(head, error);
    else this.#failSegment(head, error);
    this.#state.transaction.failed();
  }

  /** The rest of a simple query string does not run. ReadyForQuery follows. */
  #failQuery(head: Extract<Expected, { kind: "query" }>, error: ServerError): void {
    for (const [at, execution] of head.executions.entries()) {
      if (at === head.at) this.#fail(execution, error);
      else if (at > head.at) this.#skip(execution);
    }
    head.at = head.executions.length;
  }

  /** The server skips to the next Sync. An error of Parse or Bind is the failure of what was to be executed. */
  #failSegment(head: Expected, error: ServerError): void {
    if (head.kind === "sync") return;
    let blamed: boolean = false;
    for (const skipped of this.#state.expected.skipToSync()) {
      this.reject(skipped);
      // The server drops the unnamed statement before it looks at the new one.
      if (skipped === head && replacesUnnamed(skipped)) this.#state.statements.remove("");
      if (skipped.kind === "query") for (const execution of skipped.executions) this.#skip(execution);
      if (skipped.kind !== "execute" || skipped.execution === undefined) continue;
      const isBlamed: boolean = !blamed && (skipped === head || isFor(skipped.portal, head));
      blamed ||= isBlamed;
      if (isBlamed) this.#fail(skipped.execution, error);
      else this.#skip(skipped.execution);
    }
  }

  /** Definitions that will not come about. */
  reject(expected: Expected): void {
    if (expected.kind === "parse") this.#state.statements.reject(expected.name, expected.prepared);
    if (expected.kind === "bind") this.#state.portals.reject(expected.name, expected.portal);
    if (expected.kind === "close")
      (expected.what === "portal" ? this.#state.portals : this.#state.statements).reject(
        expected.name,
        undefined,
      );
  }

  #fail(execution: Execution, error: ServerError): void {
    if (execution.tag !== undefined) return;
    execution.error = error;
    execution.answeredUs = this.#context.clock.monotonicUs();
    this.#leave(execution);
    this.#state.withdraw(execution);
    const isUndone = this.#state.transaction.isExplicit || !execution.mayCommitInside;
    const outcome: { outcome: Outcome } = { outcome: isUndone ? "rolled-back" : "unknown" };
    this.close(execution, { status: error.code === QUERY_CANCELED ? "cancelled" : "error", ...outcome });
  }

  #skip(execution: Execution): void {
    if (execution.tag !== undefined || this.#state.isSuspended(execution)) return;
    this.#leave(execution);
    this.#state.withdraw(execution);
    this.close(execution, { status: "skipped", outcome: "rolled-back" });
  }

  /** Whatever the connection still knew of the execution as something on its way. */
  #leave(execution: Execution): void {
    this.#state.answered(execution);
    this.#state.resume(execution);
    this.#state.leaveCopy(execution);
  }

  #ready(status: "idle" | "in-transaction" | "failed"): void {
    const head = this.#state.expected.head;
    const isDue = head?.kind === "sync" || (head?.kind === "query" && head.at === head.executions.length);
    if (!isDue) throw unexpected("sync", head);
    this.#state.expected.shift();
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

function replacesUnnamed(expected: Expected): boolean {
  return expected.kind === "refusal" ? expected.isUnnamed : expected.kind === "parse" && expected.name === "";
}

/** Whether the failed message prepared or bound what this portal would have executed. */
function isFor(portal: Portal | undefined, head: Expected): boolean {
  if (portal === undefined) return false;
  if (head.kind === "bind") return portal === head.portal;
  if (head.kind === "parse") return portal.prepared === head.prepared;
  return head.kind === "describe" || head.kind === "close";
}

function unexpected(kind: string, head: Expected | undefined): CaptureError {
  return new CaptureError(
    "DESYNCHRONISED",
    `the server answered ${kind}, but ${head?.kind ?? "nothing"} was waited for`,
  );
}
