import { decodeReadyForQuery, type FrameVisitor, type TransactionStatus } from "@custody/wire/postgres";
import { CaptureError } from "../../error.ts";
import type { ConnectionState } from "../connection-state.ts";
import type { Expected } from "../expected.ts";
import type { Output } from "../output.ts";
import type { Failure } from "./measurement.ts";
import { RowCountersReader } from "./row-counters.ts";

type RowCounters = Extract<Expected, { kind: "row-counters" }>;
type Own = Extract<Expected, { kind: "own" }>;

/** What only the reader of the client's own answers can do. */
export interface OwnAnswersParts {
  readonly state: ConnectionState;
  readonly output: Output;
  /** The client is told that the server is ready. */
  readonly ready: (status: TransactionStatus) => void;
}

/**
 * The answers to messages of our own among those of a client: none of them goes on to it. Where a question of ours fails, by a
 * time limit or a cancellation, that is the client's error, and its statement is undone like one that failed by itself.
 *
 * Notices, settings and notifications come whenever they like, and are the client's.
 */
export class OwnAnswers {
  readonly #parts: OwnAnswersParts;
  readonly #counters = new RowCountersReader();
  #closed = 0;

  constructor(parts: OwnAnswersParts) {
    this.#parts = parts;
  }

  /** Whether this answer is to a message of ours. */
  get isNext(): boolean {
    const kind = this.#parts.state.expected.head?.kind;
    return kind === "row-counters" || kind === "own";
  }

  beginRow(bodyBytes: number, start: number): void {
    this.#parts.output.drop(start, start + 5 + bodyBytes);
    this.#counters.beginRow(bodyBytes);
  }

  addToRow(piece: Buffer): void {
    this.#counters.add(piece);
  }

  /** Returns false for a message that is not ours to read. */
  read(...message: Parameters<FrameVisitor["onMessage"]>): boolean {
    const head = this.#parts.state.expected.head;
    if (head?.kind === "row-counters") return this.#readCounters(head, ...message);
    return head?.kind === "own" && this.#readOwn(head, ...message);
  }

  #readCounters(head: RowCounters, type: number, _raw: Buffer, start: number, end: number): boolean {
    const letter = String.fromCharCode(type);
    if (!"12C3".includes(letter)) return false;
    this.#parts.output.drop(start, end);
    if (letter !== "3") return true;
    this.#closed += 1;
    // The portal and the statement.
    if (this.#closed < 2) return true;
    this.#closed = 0;
    this.#parts.state.expected.shift();
    const { measurement, when } = head;
    const counters = this.#counters.take();
    if (when === "before") measurement.before(counters);
    else {
      measurement.after(counters);
      if (measurement.place !== "envelope") this.#goOn(head, end);
    }
    return true;
  }

  /** All that the client waits for has come. */
  #goOn({ measurement }: RowCounters | Own, end: number): void {
    measurement.finish();
    this.#parts.output.release(end);
  }

  #readOwn(head: Own, type: number, raw: Buffer, start: number, end: number): boolean {
    const letter = String.fromCharCode(type);
    const { output, ready, state } = this.#parts;
    if (letter === "C") {
      output.drop(start, end);
      if (head.what === "commit") this.#goOn(head, end);
      return true;
    }
    if (letter !== "Z") return false;
    state.expected.shift();
    if (head.isLast) ready(decodeReadyForQuery(raw.subarray(5)).status);
    else output.drop(start, end);
    return true;
  }

  /**
   * An error while an answer to a message of ours was waited for. Returns whether what the client has asked for fails with
   * it now: its completion was held back, and the error goes on in the place of that.
   */
  fail(head: RowCounters | Own, failure: Failure, start: number, end: number): boolean {
    if (head.kind === "own" && head.what !== "commit")
      throw new CaptureError("DESYNCHRONISED", `the server refused ${head.what} where it cannot fail`);
    const { output } = this.#parts;
    const { measurement } = head;
    this.#counters.take();
    this.#closed = 0;
    const isFirst = head.kind === "row-counters" && head.when === "before";
    // Of a transaction that has failed every statement says that it has; the client knows why, or will be told.
    const isKnown = measurement.isOver || measurement.failure !== undefined;
    if (!isKnown && !(isFirst && measurement.place !== "execute")) {
      output.release(start, true);
      return true;
    }
    measurement.failure ??= failure;
    output.drop(start, end);
    return false;
  }
}
