import type { Action, Approval, Decided, RecordDraft, StoredBody } from "@custody/domain";
import type { BudgetVerdict } from "./context.ts";
import { endingOf, type Outcome, setAsideDetails } from "./ending.ts";
import type { ExchangeParts } from "./exchange-parts.ts";
import { headerOf } from "./headers.ts";
import { mostOf } from "./most-of.ts";
import type { AnswerContent, RequestFacts } from "./reading/content.ts";
import type { AnswerHead, Reading } from "./reading/conversation-reader.ts";
import { BODY_BYTES_MAX } from "./reading/decoded.ts";
import { promptRecord, requestedRecord, toolEndedRecord, toolRequestedRecord } from "./records.ts";

type Settled = Parameters<BudgetVerdict["settle"]>[0];

/** What is known of one request and its answer, and how it is written down: each end once, whatever happens in between. */
export class ExchangeRecord {
  readonly #parts: ExchangeParts;
  readonly #startedUs: number;
  readonly #pieces: Buffer[] = [];
  facts: RequestFacts | undefined;
  /** What a human has said about it, and how long that took. */
  approval: Approval | undefined;
  heldUs = 0;
  /** What a person has said with it. */
  prompt: string | undefined;
  #bytes = 0;
  #reading: Reading | undefined;
  /** What is stored of the request, once it is read. */
  #said = "null";
  #promptAction: string | undefined;
  #content: Promise<void> | undefined;
  #verdict: BudgetVerdict | undefined;
  #isSettled = false;
  #decided: Decided | undefined;
  #forwardedUs = 0;
  #firstByteUs = 0;
  #answerHead: AnswerHead = { codings: "", isStream: false };
  #answerBytes = 0;
  #isFinal = false;
  #isRecorded = false;
  /** What was said is stored, and a record names it. */
  #isStored = false;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#startedUs = parts.context.clock.monotonicUs();
  }

  /** The final record is written, or on its way. */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /** Undefined facts: it is no conversation. @throws CaptureError READER_LOST */
  async read(body: Buffer): Promise<void> {
    const { context, endpoint, known, request, session } = this.#parts;
    const { dialect, model = "" } = endpoint;
    this.#bytes = body.length;
    if (dialect === undefined) return;
    const head = { dialect: dialect.name, known, model, session: session.id };
    const codings = headerOf(request.rawHeaders, "content-encoding") ?? "";
    this.#reading = context.reader.read(head, body, codings);
    this.facts = await this.#reading.facts;
  }

  /** Sets aside what it can take at most; undefined where it takes nothing. */
  reserve(): BudgetVerdict | undefined {
    const { context, door, endpoint, session } = this.#parts;
    if (endpoint.dialect === undefined) return undefined;
    const most = mostOf(this.facts, this.#bytes);
    this.#verdict = context.reserve(session, { ...most, provider: door.provider.kind });
    return this.#verdict;
  }

  requested(decided: Decided): RecordDraft {
    this.#decided = decided;
    const { endpoint, path, request } = this.#parts;
    const client = headerOf(request.rawHeaders, "user-agent");
    const { digest, isStream, outputTokensMax } = this.facts ?? {};
    return requestedRecord(decided.action, decided.decision, {
      bytes: this.#bytes,
      ...(client === undefined ? undefined : { client }),
      ...(digest === undefined ? undefined : { digest }),
      ...(isStream === undefined ? undefined : { isStream: isStream || endpoint.isStream === true }),
      method: request.method ?? "GET",
      ...(outputTokensMax === undefined ? undefined : { outputTokensMax }),
      path,
      ...setAsideDetails(this.#verdict?.setAside),
    });
  }

  /** What this request adds to its conversation, on record before anything of the answer is seen. */
  recordContent(action: Action): Promise<void> {
    this.#content ??= this.#recordContent(action);
    return this.#content;
  }

  forwarded(): void {
    this.#forwardedUs = this.#parts.context.clock.monotonicUs();
  }

  answered(head: AnswerHead): void {
    this.#firstByteUs = this.#parts.context.clock.monotonicUs();
    this.#answerHead = head;
  }

  /** Takes a piece of the answer. An answer that is longer than it may be, or has no room, is not read. */
  keep(piece: Buffer): void {
    const { room } = this.#parts;
    if (this.#reading === undefined || this.#answerBytes > BODY_BYTES_MAX) return;
    if (this.#answerBytes + piece.length > BODY_BYTES_MAX || !room.take(piece.length)) {
      room.giveBack(this.#answerBytes);
      this.#pieces.length = 0;
      this.#answerBytes = BODY_BYTES_MAX + 1;
      return;
    }
    this.#answerBytes += piece.length;
    this.#pieces.push(piece);
  }

  /** The final record, once, with all that the answer has brought; in it what the client has not seen yet. */
  async end(decided: Decided, outcome: Outcome): Promise<void> {
    if (this.#isFinal) return;
    this.#isFinal = true;
    const answer = await this.#answer();
    const bodies = this.#reading === undefined ? [] : [await this.#store(answer?.body ?? "null")];
    await this.#write(decided, outcome, answer, bodies);
    this.#isStored = true;
  }

  /** Something went wrong that nobody foresaw. @throws Error when that cannot be recorded either */
  async lost(error: Error): Promise<void> {
    if (this.#decided === undefined || this.#isRecorded) return;
    this.#isFinal = true;
    const end = this.#forwardedUs === 0 ? "failed" : "unknown";
    await this.#write(this.#decided, { end, error: error.message, status: 502 }, undefined, []);
  }

  /** Nothing more will be asked. Whatever happened, what was set aside is settled, and memory given back. */
  close(): void {
    this.#settle(this.#forwardedUs === 0 ? undefined : "most");
    if (this.#answerBytes <= BODY_BYTES_MAX) this.#parts.room.giveBack(this.#answerBytes);
    this.#reading?.close(!this.#isStored);
  }

  async #recordContent(action: Action): Promise<void> {
    const { context, trail } = this.#parts;
    if (this.#reading === undefined) return;
    const { body, prompt, results, unanswered } = await this.#reading.content;
    this.#said = body;
    this.prompt = prompt?.text;
    const nowUs = context.clock.nowUs();
    const drafts = results.map((result) => {
      const call = trail.calls.closed(result.id) ?? {
        action: context.newId(),
        input: { digest: "", text: "" },
        name: result.name ?? "",
      };
      return toolEndedRecord(action, result, call, nowUs);
    });
    if (prompt !== undefined) {
      trail.prompt = context.newId();
      trail.calls.brokenOff(unanswered);
      drafts.push(promptRecord(action, prompt, trail.prompt, nowUs));
    }
    // Another request of the session may bring another prompt before this one ends.
    this.#promptAction = trail.prompt;
    if (drafts.length > 0) await context.recorder.record(drafts, "queued");
  }

  async #answer(): Promise<AnswerContent | undefined> {
    if (this.#forwardedUs === 0 || this.#reading === undefined) return undefined;
    const isTooLong = this.#answerBytes > BODY_BYTES_MAX;
    const answer = await this.#reading.answer(this.#answerHead, Buffer.concat(this.#pieces.splice(0)));
    return isTooLong ? { ...answer, unreadable: `it is longer than ${BODY_BYTES_MAX} bytes` } : answer;
  }

  async #write(
    decided: Decided,
    outcome: Outcome,
    answer: AnswerContent | undefined,
    bodies: readonly StoredBody[],
  ): Promise<void> {
    const { context, trail } = this.#parts;
    const prompt = this.#promptAction;
    const action: Action = prompt === undefined ? decided.action : { ...decided.action, links: { prompt } };
    const nowUs = context.clock.nowUs();
    const isTaken = this.#forwardedUs > 0 && !outcome.isUnsent;
    const { draft, settled } = endingOf(action, decided.decision, outcome, {
      answer,
      approval: this.approval,
      bodies,
      details: this.#times(),
      duration: this.#duration(),
      isTaken: isTaken && this.#verdict !== undefined,
      model: this.facts?.model ?? "",
      nowUs,
      priceOf: context.priceOf,
      setAside: this.#verdict?.setAside,
    });
    const calls = (answer?.isWhole === true ? answer.calls : []).map((call) => {
      const { digest, text } = call.input;
      const open = {
        action: context.newId(),
        input: { digest, text },
        name: call.name,
        ...(prompt === undefined ? undefined : { prompt }),
      };
      trail.calls.opened(call.id, open);
      return toolRequestedRecord(action, call.id, open, nowUs);
    });
    await context.recorder.record([draft, ...calls], "written");
    this.#isRecorded = true;
    this.#settle(settled);
  }

  #settle(took: Settled): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#verdict?.settle(took);
  }

  /** Both halves in one body: to store one costs a sync of the disk. */
  #store(answered: string): Promise<StoredBody> {
    const { context, session } = this.#parts;
    const owner = { project: session.project, session: session.id };
    const bytes = Buffer.from(`{"request":${this.#said},"response":${answered}}`);
    return context.storeBody(owner, { bytes, mediaType: "application/json", role: "exchange" });
  }

  #times(): { readonly firstByteUs?: number } {
    if (this.#firstByteUs === 0) return {};
    return { firstByteUs: Math.round(this.#firstByteUs - this.#forwardedUs) };
  }

  #duration(): { readonly heldUs: number; readonly totalUs: number; readonly upstreamUs: number } {
    const endUs = this.#parts.context.clock.monotonicUs();
    return {
      heldUs: this.heldUs,
      totalUs: Math.round(endUs - this.#startedUs),
      upstreamUs: this.#forwardedUs === 0 ? 0 : Math.round(endUs - this.#forwardedUs),
    };
  }
}
