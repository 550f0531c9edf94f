import type { Duplex } from "node:stream";
import { goOn } from "@custody/domain";
import { backendFrames, FrameScanner, frontendFrames, WireError } from "@custody/wire/postgres";
import { CaptureError } from "../error.ts";
import { AnswerReader } from "./answers.ts";
import { BulkDigest } from "./bulk-digest.ts";
import { ClientWait } from "./client-wait.ts";
import { ConnectionState } from "./connection-state.ts";
import type { ConnectionContext } from "./context.ts";
import { drained } from "./drained.ts";
import { copyRefusal, goodbye } from "./inject.ts";
import { judgeLost } from "./lost.ts";
import { passSegment } from "./passage.ts";
import type { PassageParts } from "./passage-parts.ts";
import { checkRecordBytes } from "./record-bytes.ts";
import { connectionRecord, copyReceivedRecord } from "./records.ts";
import { fatalError, ledgerState } from "./refuse.ts";
import { Relay } from "./relay.ts";
import { type Request, RequestGatherer } from "./requests.ts";
import { SegmentReader, type Step } from "./segment.ts";
import { ServerLoan } from "./server-loan.ts";
import type { ServerSettings } from "./settings.ts";
import { concernCounters } from "./statistics/with-counters.ts";
import { type PreparedTransactions, TransactionTracker } from "./transaction.ts";

/** A client that sends faster than it is served is made to wait beyond this. */
const BACKLOG_BYTES_MAX = 256 * 1024;

export interface ConnectionParts {
  readonly client: Duplex;
  readonly server: Duplex;
  readonly context: ConnectionContext;
  readonly settings: ServerSettings;
  readonly preparedTransactions: PreparedTransactions;
  /** Asks the server to stop what it does on this connection. */
  readonly cancel: () => Promise<void>;
}

/**
 * Joins two streams after both have signed in: requests go through `pass()`, answers through the relay.
 *
 *     client ─► RequestGatherer ─► SegmentReader ─► pass() ─► server
 *     client ◄─ Relay ◄─ records ◄─ AnswerReader ◄──────────── server
 */
export class PostgresConnection {
  readonly #cancel: () => Promise<void>;
  readonly #client: Duplex;
  readonly #server: Duplex;
  readonly #context: ConnectionContext;
  readonly #state: ConnectionState;
  readonly #answers: AnswerReader;
  readonly #segments: SegmentReader;
  readonly #relay: Relay;
  readonly #passage: PassageParts;
  readonly #gatherer = new RequestGatherer();
  readonly #clientFrames: FrameScanner;
  readonly #serverFrames = new FrameScanner(backendFrames);
  #backlog: Buffer[] = [];
  #backlogBytes = 0;
  #heldSyncs: Buffer[] = [];
  #isWorking = false;
  #isClientGone = false;
  #closed!: () => void;
  /** The server is gone, or is being left: nothing more is read, and nothing more goes on. */
  #isOver = false;
  #isClosed = false;
  #hasSaidGoodbye = false;
  readonly #wait = new ClientWait();
  readonly #loan: ServerLoan;
  /** What `#work` is doing now, to its end. */
  #worked: Promise<void> = Promise.resolve();
  /** Resolves when both sides are closed and everything is recorded. */
  readonly done: Promise<void>;

  constructor({ cancel, client, server, context, settings, preparedTransactions }: ConnectionParts) {
    this.#cancel = cancel;
    this.#client = client;
    this.#server = server;
    this.#context = context;
    const tracker: TransactionTracker = new TransactionTracker(
      (execution, outcome, wasExplicit) => this.#answers.settle(execution, outcome, wasExplicit),
      preparedTransactions,
    );
    this.#state = new ConnectionState(settings, tracker);
    this.#answers = new AnswerReader(context, this.#state, (pieces) => this.#send(pieces));
    this.#segments = new SegmentReader(context, this.#state);
    const safety = context.durability === "strict" ? "durable" : "written";
    this.#relay = new Relay(client, server, context.recorder, safety, (error) =>
      this.#abort(ledgerState(error), `the ledger cannot write: ${messageOf(error)}`),
    );
    this.#loan = new ServerLoan({
      isOver: () => this.#isOver,
      passOn: (notifications) => this.#relay.send(notifications, []),
      replay: (bytes) => this.#readAnswer(bytes),
      send: (bytes) => this.#send([bytes]),
      settings,
      stop: () => this.#stop(),
    });
    this.#passage = {
      context,
      state: this.#state,
      answers: this.#answers,
      borrow: this.#loan.borrow,
      decider: context.decider,
      interruptible: () => this.#wait.begin(),
      recorder: this.#relay,
      replay: (bytes) => this.#readAnswer(bytes),
      send: (pieces) => this.#send(pieces),
      tell: (bytes) => this.#relay.send(bytes, []),
    };
    this.#clientFrames = new FrameScanner(frontendFrames, {
      maxMessageBytes: context.maxStatementBytes + 64 * 1024,
    });
    this.done = new Promise((resolve) => {
      this.#closed = resolve;
    });
  }

  /** Nothing is on its way and no transaction is open: the connection can end without anybody losing anything. */
  get isIdle(): boolean {
    return (
      this.#state.expected.count === 0 &&
      !this.#state.transaction.isExplicit &&
      this.#backlog.length === 0 &&
      !this.#isWorking &&
      this.#relay.isIdle
    );
  }

  start(firstFromClient: readonly Buffer[]): void {
    this.#server.on("data", (chunk: Buffer) => this.#onAnswer(chunk));
    this.#server.on("close", () => void this.#onServerClosed());
    this.#server.on("error", () => this.#server.destroy());
    this.#client.on("data", (chunk: Buffer) => this.#onRequest(chunk));
    this.#client.on("end", () => this.#onClientGone());
    this.#client.on("close", () => this.#onClientGone());
    this.#client.on("error", () => this.#client.destroy());
    for (const chunk of firstFromClient) this.#onRequest(chunk);
    this.#server.resume();
    this.#client.resume();
    // Either may have gone while the other side was still signing in; it will not say so again.
    if (this.#server.closed) void this.#onServerClosed();
    else if (this.#client.destroyed || this.#client.readableEnded) this.#onClientGone();
  }

  /** Ends the connection from our side, with an error that says why. */
  end(sqlState: string, message: string): void {
    this.#abort(sqlState, message);
  }

  #onRequest(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#backlog.push(chunk);
    this.#backlogBytes += chunk.length;
    if (!this.#isWorking) this.#worked = this.#work();
    else if (this.#backlogBytes > BACKLOG_BYTES_MAX) this.#client.pause();
  }

  /** Takes one chunk after the other, each to its end: nothing overtakes a statement that waits for its record. */
  async #work(): Promise<void> {
    this.#isWorking = true;
    try {
      for (let chunk = this.#backlog.shift(); chunk !== undefined; chunk = this.#backlog.shift()) {
        this.#backlogBytes -= chunk.length;
        this.#gatherer.begin(chunk);
        this.#clientFrames.scan(chunk, this.#gatherer);
        for (const request of this.#gatherer.take()) {
          const served = this.#isOver ? undefined : this.#serve(request);
          if (served) await served;
        }
        if (this.#server.writableNeedDrain) await drained(this.#server);
        if (this.#isOver) this.#backlog = [];
      }
    } catch (error) {
      this.#backlog = [];
      this.#onViolation(error);
    } finally {
      this.#isWorking = false;
      if (this.#client.isPaused()) this.#client.resume();
      if (this.#isClientGone) this.#leaveServer();
    }
  }

  #serve(request: Request): void | Promise<void> {
    switch (request.kind) {
      case "segment":
        return this.#serveSegment(request.messages);
      case "function-call":
        return this.#pass([this.#segments.functionCall(request.raw)]);
      case "copy-data":
        return this.#serveCopyData(request.run.bytes, request.run.payloads);
      case "copy-end":
        return this.#serveCopyEnd(request.raw);
      case "terminate":
        return this.#onClientGone();
      case "violation":
        throw new CaptureError("PROTOCOL_VIOLATION", `a message of type ${request.type} has no place here`);
    }
  }

  #serveSegment(messages: readonly Buffer[]): void | Promise<void> {
    if (this.#state.isTakingCopy && messages.every(isSync)) {
      this.#heldSyncs.push(...messages);
      return;
    }
    // Whatever else comes in the middle of a COPY ends it, and the server has ignored every Sync before that.
    this.#heldSyncs = [];
    return goOn(this.#read(messages), (steps) => {
      checkRecordBytes(steps);
      return goOn(this.#segments.refuseLoneBinds(steps), (judged) => this.#pass(judged));
    });
  }

  /** One after the other, since each may depend on what those before it define; waits only for what is not known yet. */
  #read(messages: readonly Buffer[], steps: Step[] = []): readonly Step[] | Promise<readonly Step[]> {
    for (let at = steps.length; at < messages.length; at += 1) {
      const step = this.#segments.read(messages[at] as Buffer);
      if (step instanceof Promise) return step.then((late) => this.#read(messages, [...steps, late]));
      steps.push(step);
    }
    return steps;
  }

  #pass(steps: readonly Step[]): void | Promise<void> {
    // Questions of ours belong to the transaction that the client's messages will be in, which is not known before.
    const isInDoubt = this.#state.expected.owesEnd && !this.#state.isTakingCopy && concernCounters(steps);
    return goOn(isInDoubt ? this.#state.earlierAnswered() : undefined, () =>
      goOn(passSegment(steps, this.#passage), () => this.#flushIgnored()),
    );
  }

  /**
   * A Sync among the data of a COPY would be ignored by the server, or answered, according to whether the data before
   * it has failed by then; nobody could tell which. So it waits until that is known: it goes on when the COPY has
   * failed, and is dropped when the data ends.
   */
  #releaseSyncs(): void {
    if (this.#heldSyncs.length === 0 || this.#state.isTakingCopy) return;
    const held = this.#heldSyncs;
    this.#heldSyncs = [];
    for (const raw of held) {
      const { expected } = this.#segments.read(raw) as Step;
      if (expected) this.#state.expected.push(expected);
    }
    this.#send(held);
  }

  /** Finals of messages that the server ignores have no answer to travel with. */
  #flushIgnored(): void {
    const drafts = this.#answers.takeDrafts();
    if (drafts.length > 0) this.#relay.send([], drafts);
  }

  #send(pieces: readonly Buffer[]): void {
    if (this.#isOver) return;
    if (pieces.length > 1) this.#server.cork();
    for (const piece of pieces) this.#server.write(piece);
    if (pieces.length > 1) this.#server.uncork();
  }

  /** What the client asked for last is not wanted any more. Returns whether it waited for a human. */
  cancelWait(): boolean {
    return this.#wait.cancel();
  }

  #stop(): void {
    this.#cancel().catch(() => this.#server.destroy());
  }

  /** Data of a COPY is hashed and goes on; outside a COPY the server ignores it, and so do we. */
  async #serveCopyData(bytes: readonly Buffer[], payloads: readonly Buffer[]): Promise<void> {
    const execution = this.#state.copiesIn[0];
    if (execution) {
      execution.bulk ??= new BulkDigest("in");
      for (const payload of payloads) execution.bulk.update(payload);
    }
    this.#send(bytes);
    if (this.#server.writableNeedDrain) await drained(this.#server);
  }

  /** CopyDone makes the data count, so digest and size are durable before it goes on. CopyFail changes nothing. */
  async #serveCopyEnd(raw: Buffer): Promise<void> {
    const execution = this.#state.copiesIn[0];
    if (execution && raw[0] === 0x63) {
      execution.bulk ??= new BulkDigest("in");
      try {
        await this.#relay.record([copyReceivedRecord(execution, this.#context)], "durable");
      } catch {
        this.#state.leaveCopy(execution);
        this.#heldSyncs = [];
        return this.#send([copyRefusal]);
      }
    }
    // Until the end of its data went on, a lost connection undoes the COPY.
    if (execution && !this.#isOver) this.#state.leaveCopy(execution);
    this.#heldSyncs = [];
    this.#send([raw]);
  }

  #onAnswer(chunk: Buffer): void {
    if (this.#isClosed) return;
    if (this.#loan.received(chunk)) return;
    this.#readAnswer(chunk);
  }

  #readAnswer(chunk: Buffer): void {
    try {
      this.#answers.output.begin(chunk);
      this.#serverFrames.scan(chunk, this.#answers);
    } catch (error) {
      this.#onViolation(error);
      return;
    }
    this.#relay.send(this.#answers.output.take(), this.#answers.takeDrafts());
    this.#releaseSyncs();
    this.#state.noteAnswers();
    if (this.#isClientGone) this.#leaveServer();
  }

  /** The client said goodbye, or is gone. What it sent before is still served, as the server itself does it. */
  #onClientGone(): void {
    this.#isClientGone = true;
    this.#wait.gone();
    if (!this.#client.writable) this.#relay.discard();
    // Nobody hears what a simulation would tell; what the client itself has asked for goes on, as it would have.
    if (!this.#client.writable && this.#loan.isQuestion) this.#stop();
    this.#leaveServer();
  }

  /** Writes on their way are waited for, because their outcome is not known yet; reads that nobody hears are not. */
  #leaveServer(): void {
    if (this.#isWorking || this.#hasSaidGoodbye || this.#server.destroyed) return;
    this.#hasSaidGoodbye = true;
    const isUnheard = !this.#client.writable && this.#state.expected.count > 0 && !this.#state.hasWritten;
    if (isUnheard) this.#server.destroy();
    else this.#server.end(goodbye);
  }

  /** Whatever is not answered by now never will be. */
  async #onServerClosed(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isOver = true;
    this.#wait.gone();
    this.#loan.gone();
    if (this.#state.mayHaveDefined) this.#context.catalogue?.changed();
    const { expected, transaction, copiesIn } = this.#state;
    const { endings, mayHaveCommitted } = judgeLost(expected.drain(), copiesIn[0], transaction.isExplicit);
    for (const [execution, ending] of endings) this.#answers.close(execution, ending);
    transaction.lost(mayHaveCommitted);
    for (const execution of this.#state.takeSuspended())
      this.#answers.close(execution, { status: "ok", outcome: "open" });
    this.#state.noteAnswers();
    this.#relay.send([], this.#answers.takeDrafts());
    await this.#relay.idle();
    this.#client.end();
    this.#client.resume();
    // A segment that waited for its record finds out now that it cannot go on.
    await this.#worked;
    this.#relay.send([], [connectionRecord(this.#context, "db.connection.closed", "info", {})]);
    await this.#relay.idle();
    this.#closed();
  }

  #onViolation(error: unknown): void {
    if (this.#isOver) return;
    const isOurs = error instanceof WireError || error instanceof CaptureError;
    const code = isOurs ? error.code : "INTERNAL";
    const tooLong = code === "MESSAGE_TOO_LONG" || code === "STATEMENT_TOO_LONG";
    const draft = connectionRecord(this.#context, "db.connection.failed", "error", {
      code,
      message: isOurs ? error.message : "internal error",
    });
    this.#relay.record([draft], "written")?.catch(() => {});
    const state = code === "COMMIT_DENIED" ? "42501" : tooLong ? "54000" : "08P01";
    this.#abort(state, isOurs ? `${error.message} (${code})` : "internal error");
  }

  #abort(sqlState: string, message: string): void {
    if (!this.#client.destroyed && !this.#isClientGone)
      this.#client.end(fatalError(sqlState, `Custody ends this connection: ${message}`));
    this.#isClientGone = true;
    this.#isOver = true;
    this.#wait.gone();
    this.#relay.discard();
    this.#server.destroy();
  }
}

function isSync(raw: Buffer): boolean {
  return raw[0] === 0x53;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
