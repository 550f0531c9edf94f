import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type Action,
  type Approval,
  type Decided,
  type Decider,
  type Decision,
  pass,
  type StoredBody,
} from "@custody/domain";
import { AnswerHold } from "./answer-hold.ts";
import { askHuman } from "./ask-human.ts";
import type { BudgetVerdict, LlmContext, ModelDoor } from "./context.ts";
import { describe } from "./describe.ts";
import { endingOf, type Outcome } from "./ending.ts";
import { endToEnd, headerOf } from "./headers.ts";
import { mostOf } from "./most-of.ts";
import type { Endpoint } from "./provider.ts";
import { readBody } from "./read-body.ts";
import type { RequestFacts } from "./reading/content.ts";
import type { AnswerHead, Reading } from "./reading/conversation-reader.ts";
import { BODY_BYTES_MAX } from "./reading/decoded.ts";
import { promptRecord, requestedRecord, toolEndedRecord, toolRequestedRecord } from "./records.ts";
import { answerRefusal } from "./refuse.ts";
import { relayed } from "./relayed.ts";
import type { SessionTrail } from "./session-trail.ts";
import type { Upstream } from "./upstream.ts";

export interface ExchangeParts {
  readonly context: LlmContext;
  readonly door: ModelDoor;
  readonly endpoint: Endpoint;
  /** Values that are secret, whatever they look like. */
  readonly known: readonly string[];
  /** Without the query, which may have a key in it. */
  readonly path: string;
  readonly pathAndQuery: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly session: Action["session"];
  readonly trail: SessionTrail;
  readonly upstream: Upstream;
}

/** One request of an agent, and its answer. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #id: string;
  readonly #startedUs: number;
  readonly #gone = new AbortController();
  #body: Buffer = Buffer.alloc(0);
  #facts: RequestFacts | undefined;
  #verdict: BudgetVerdict | undefined;
  #reading: Reading | undefined;
  /** What is stored of the request, once it is read. */
  #said = "null";
  #prompt: string | undefined;
  #isContentRecorded = false;
  #approval: Approval | undefined;
  #heldUs = 0;
  #forwardedUs = 0;
  #firstByteUs = 0;
  #answerHead: AnswerHead = { codings: "", isStream: false };
  #answerBytes = 0;
  readonly #pieces: Buffer[] = [];
  #isFinal = false;
  #isRecorded = false;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#id = parts.context.newId();
    this.#startedUs = parts.context.clock.monotonicUs();
    parts.response.on("close", () => {
      if (!parts.response.writableFinished) this.#gone.abort(new Error("the client is gone"));
    });
  }

  /** From the head of the request to the end of its answer. Rejects when the ledger cannot write. */
  async run(): Promise<void> {
    try {
      await this.#run();
    } finally {
      // What was read and is not on record must not be gone on from.
      this.#reading?.close(!this.#isRecorded);
    }
  }

  async #run(): Promise<void> {
    const { context, door, endpoint, request, session } = this.#parts;
    const timeUs = context.clock.nowUs();
    const body = await readBody(request, BODY_BYTES_MAX);
    const facts = body === undefined ? tooLong(endpoint) : await this.#read(body);
    this.#body = body ?? Buffer.alloc(0);
    this.#facts = facts;
    const action = describe({ door, endpoint, facts, id: this.#id, session, timeUs });
    const stopped = (decided: readonly Decided[], _: Decided, because?: Decided) =>
      this.#refuse(decided, because ?? (decided[0] as Decided));
    await pass(
      {
        actions: [action],
        forward: ([decided]) => this.#forward(decided as Decided),
        hold: ([decided]) => this.#hold(decided as Decided),
        refuse: stopped,
        requested: ([decided]) => [
          requestedRecord((decided as Decided).action, (decided as Decided).decision, this.#requestDetails()),
        ],
        safety: "queued",
        simulate: stopped,
      },
      { decider: this.#withBudget(context.decider), recorder: context.recorder },
    );
  }

  async #read(body: Buffer): Promise<RequestFacts | undefined> {
    const { context, endpoint, known, request, session } = this.#parts;
    const { dialect, model = "" } = endpoint;
    if (dialect === undefined) return undefined;
    const head = { dialect: dialect.name, known, model, session: session.id };
    const codings = headerOf(request.rawHeaders, "content-encoding") ?? "";
    this.#reading = context.reader.read(head, body, codings);
    return this.#reading.facts;
  }

  /** What policy allows still needs a budget that has room for the most that it can take. */
  #withBudget(decider: Decider): Decider {
    const { context, door, endpoint, session } = this.#parts;
    const most = endpoint.dialect && mostOf(this.#facts, this.#body.length);
    const judged = (decision: Decision): Decision => {
      const mayGoOn = decision.effect === "allow" || decision.effect === "approve";
      if (!mayGoOn || most === undefined) return decision;
      this.#verdict = context.reserve(session, { ...most, provider: door.provider.kind });
      const { refusal } = this.#verdict;
      if (refusal === undefined) return decision;
      const { isHeld, reason, rule } = refusal;
      // Who is asked by a rule already is told of the budget as well.
      if (isHeld && decision.effect === "approve")
        return { ...decision, reasons: [...decision.reasons, reason] };
      const effect = isHeld ? "approve" : "deny";
      return { effect, policy: decision.policy, reasons: [reason], rule };
    };
    return {
      decide: (action) => {
        const decision = decider.decide(action);
        return decision instanceof Promise ? decision.then(judged) : judged(decision);
      },
    };
  }

  /** A human is asked, who sees the prompt and for how much it is; the client waits. */
  async #hold(decided: Decided): Promise<void> {
    const { context } = this.#parts;
    await this.#recordContent(decided.action);
    const startedUs = context.clock.monotonicUs();
    const answer = await askHuman({
      action: { ...decided.action, statement: this.#shown() },
      approvals: context.approvals,
      decision: decided.decision,
      gone: this.#gone.signal,
    });
    this.#heldUs = Math.round(context.clock.monotonicUs() - startedUs);
    this.#approval = answer.approval;
    if (answer.isAllowed) return this.#forward(decided);
    await this.#end(decided, { end: this.#isGone ? "cancelled" : "denied", status: 400 });
    answerRefusal(
      this.#parts,
      400,
      `Custody did not send this request (rule ${decided.decision.rule}): ${answer.reason}`,
      this.#id,
    );
  }

  /** What a human reads of a request; its digest is that of the whole body. */
  #shown(): { readonly digest: string; readonly text: string } {
    const { path, request } = this.#parts;
    const { digest = "", model = "", outputTokensMax } = this.#facts ?? {};
    const lines = [
      `${request.method} ${path}`,
      `model: ${model}`,
      `request: ${this.#body.length} bytes`,
      ...(outputTokensMax === undefined ? [] : [`answer: at most ${outputTokensMax} tokens`]),
      ...(this.#prompt === undefined ? [] : ["", this.#prompt]),
    ];
    return { digest, text: lines.join("\n") };
  }

  async #refuse([decided]: readonly Decided[], because: Decided): Promise<void> {
    const { decision } = because;
    await this.#recordContent((decided as Decided).action);
    await this.#end(decided as Decided, { end: "denied", status: 400 });
    answerRefusal(this.#parts, 400, refusalText(decision), this.#id);
  }

  async #forward(decided: Decided): Promise<void> {
    const { context, door, pathAndQuery, request, response, upstream } = this.#parts;
    const content = this.#recordContent(decided.action);
    // Awaited below; what fails before must not end the process.
    content.catch(() => {});
    this.#forwardedUs = context.clock.monotonicUs();
    let head: IncomingMessage;
    try {
      head = await upstream.ask(door, {
        body: this.#body,
        headers: request.rawHeaders,
        method: request.method ?? "GET",
        pathAndQuery,
        signal: this.#gone.signal,
      });
    } catch (error) {
      await content;
      await this.#end(decided, {
        end: this.#isGone ? "cancelled" : "failed",
        error: (error as Error).message,
        status: 502,
      });
      answerRefusal(
        this.#parts,
        502,
        `the provider could not be asked: ${(error as Error).message}`,
        this.#id,
      );
      return;
    }
    this.#firstByteUs = context.clock.monotonicUs();
    try {
      await Promise.all([content, context.recorder.settle("written")]);
      await this.#relay(decided, head);
    } catch (error) {
      // The rest of the answer must not reach the client: the ledger does not have it.
      head.destroy();
      response.destroy();
      throw error;
    }
  }

  /** What this request adds to its conversation, on record before anything of the answer is seen. */
  async #recordContent(action: Action): Promise<void> {
    const { context, trail } = this.#parts;
    if (this.#reading === undefined || this.#isContentRecorded) return;
    this.#isContentRecorded = true;
    const { body, prompt, results } = await this.#reading.content;
    this.#said = body;
    this.#prompt = prompt?.text;
    const nowUs = context.clock.nowUs();
    if (prompt !== undefined) trail.prompt = context.newId();
    const drafts = results.map((result) => {
      const call = trail.calls.closed(result.id) ?? {
        action: context.newId(),
        input: { digest: "", text: "" },
        name: result.name ?? "",
      };
      return toolEndedRecord(action, result, call, nowUs);
    });
    if (prompt !== undefined) trail.calls.brokenOff();
    if (prompt !== undefined) drafts.push(promptRecord(action, prompt, trail.prompt as string, nowUs));
    if (drafts.length > 0) await context.recorder.record(drafts, "queued");
  }

  async #relay(decided: Decided, head: IncomingMessage): Promise<void> {
    const { endpoint, response } = this.#parts;
    const codings = headerOf(head.rawHeaders, "content-encoding") ?? "";
    const isStream = /^text\/event-stream\b/i.test(headerOf(head.rawHeaders, "content-type") ?? "");
    const isMarked = isStream && (codings === "" || codings.toLowerCase() === "identity");
    const hold = new AnswerHold((isMarked ? endpoint.dialect?.endMarks : undefined) ?? []);
    this.#answerHead = { codings, isStream };
    response.sendDate = false;
    response.writeHead(head.statusCode ?? 502, head.statusMessage, endToEnd(head.rawHeaders) as string[]);
    response.flushHeaders();
    const status = head.statusCode ?? 502;
    const requestId = headerOf(head.rawHeaders, "request-id") ?? headerOf(head.rawHeaders, "x-request-id");
    const seen = requestId === undefined ? { status } : { requestId, status };
    const cut = await relayed(head, response, this.#gone.signal, async (piece) => {
      this.#keep(piece);
      const onward = hold.take(piece);
      if (hold.hasEnded && !this.#isFinal && endpoint.dialect?.endsBehindMark === false) {
        await this.#end(decided, { ...seen, end: "completed" });
        return [...onward, ...hold.release()];
      }
      return this.#isFinal ? [...onward, ...hold.release()] : onward;
    });
    if (cut === undefined) {
      await this.#end(decided, { ...seen, end: "completed" });
      for (const piece of hold.release()) response.write(piece);
      response.end();
    } else {
      await this.#end(decided, { ...seen, end: this.#isGone ? "cancelled" : "failed", error: cut.message });
      response.destroy();
    }
  }

  /** The final record, once, with all that the answer has brought; in it what the client has not seen yet. */
  async #end(decided: Decided, outcome: Outcome): Promise<void> {
    if (this.#isFinal) return;
    this.#isFinal = true;
    const { context, trail } = this.#parts;
    const answer =
      this.#forwardedUs === 0
        ? undefined
        : await this.#reading?.answer(this.#answerHead, Buffer.concat(this.#pieces.splice(0)));
    const bodies = this.#reading === undefined ? [] : [await this.#store(answer?.body ?? "null")];
    const prompt = trail.prompt;
    const action: Action = prompt === undefined ? decided.action : { ...decided.action, links: { prompt } };
    const nowUs = context.clock.nowUs();
    const { draft, took } = endingOf(action, decided.decision, outcome, {
      answer,
      approval: this.#approval,
      bodies,
      details: this.#times(),
      duration: this.#duration(),
      model: this.#facts?.model ?? "",
      nowUs,
      priceOf: context.priceOf,
    });
    this.#verdict?.settle(took);
    const calls = (answer?.calls ?? []).map((call) => {
      const open = {
        action: context.newId(),
        input: { digest: call.input.digest, text: call.input.text },
        name: call.name,
      };
      const made = prompt === undefined ? open : { ...open, prompt };
      trail.calls.opened(call.id, made);
      return toolRequestedRecord(action, call.id, made, nowUs);
    });
    await context.recorder.record([draft, ...calls], "written");
    this.#isRecorded = true;
  }

  /** An answer that is longer is not read, and says so. */
  #keep(piece: Buffer): void {
    if (this.#reading === undefined || this.#answerBytes > BODY_BYTES_MAX) return;
    this.#answerBytes += piece.length;
    if (this.#answerBytes <= BODY_BYTES_MAX) this.#pieces.push(piece);
  }

  /** Both halves in one body: to store one costs a sync of the disk. */
  async #store(answered: string): Promise<StoredBody> {
    const { context, session } = this.#parts;
    const owner = { project: session.project, session: session.id };
    const bytes = Buffer.from(`{"request":${this.#said},"response":${answered}}`);
    return context.storeBody(owner, { bytes, mediaType: "application/json", role: "exchange" });
  }

  get #isGone(): boolean {
    return this.#gone.signal.aborted;
  }

  #requestDetails(): NonNullable<Parameters<typeof requestedRecord>[2]> {
    const { path, request } = this.#parts;
    const client = headerOf(request.rawHeaders, "user-agent");
    const { digest, isStream, outputTokensMax } = this.#facts ?? {};
    return {
      bytes: this.#body.length,
      ...(client === undefined ? undefined : { client }),
      ...(digest === undefined ? undefined : { digest }),
      ...(isStream === undefined
        ? undefined
        : { isStream: isStream || this.#parts.endpoint.isStream === true }),
      method: request.method ?? "GET",
      ...(outputTokensMax === undefined ? undefined : { outputTokensMax }),
      path,
    };
  }

  #times(): { readonly firstByteUs?: number } {
    if (this.#firstByteUs === 0) return {};
    return { firstByteUs: Math.round(this.#firstByteUs - this.#forwardedUs) };
  }

  #duration() {
    const endUs = this.#parts.context.clock.monotonicUs();
    return {
      heldUs: this.#heldUs,
      totalUs: Math.round(endUs - this.#startedUs),
      upstreamUs: this.#forwardedUs === 0 ? 0 : Math.round(endUs - this.#forwardedUs),
    };
  }
}

function tooLong(endpoint: Endpoint): RequestFacts {
  const unreadable = `it is longer than ${BODY_BYTES_MAX} bytes`;
  return { digest: "", isStream: false, model: endpoint.model ?? "", outside: [], unreadable };
}

function refusalText({ effect, reasons, rule }: Decision): string {
  const [reason = "no reason was given"] = reasons;
  if (effect === "deny") return `Custody denied this request (rule ${rule}): ${reason}`;
  return `Custody did not send this request (rule ${rule}): a request to a model cannot be simulated`;
}
