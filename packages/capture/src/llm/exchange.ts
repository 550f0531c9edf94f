import type { IncomingMessage } from "node:http";
import { type Decided, type Decision, pass } from "@custody/domain";
import { AnswerHold, isQuiet } from "./answer-hold.ts";
import { askHuman } from "./ask-human.ts";
import { budgeted } from "./budgeted.ts";
import { ClientEnd } from "./client-end.ts";
import { describe } from "./describe.ts";
import type { ExchangeParts } from "./exchange-parts.ts";
import { ExchangeRecord } from "./exchange-record.ts";
import { endToEnd, headerOf } from "./headers.ts";
import { readBody } from "./read-body.ts";
import { BODY_BYTES_MAX } from "./reading/decoded.ts";
import { answerRefusal } from "./refuse.ts";
import { relayed } from "./relayed.ts";
import { isUnsent } from "./upstream.ts";

/** One request of an agent, and its answer. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #record: ExchangeRecord;
  readonly #id: string;
  readonly #gone = new ClientEnd();
  #body: Buffer = Buffer.alloc(0);

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#record = new ExchangeRecord(parts);
    this.#id = parts.context.newId();
  }

  /** From the head of the request to the end of its answer. Rejects when the ledger cannot write. */
  async run(): Promise<void> {
    const { request, response, room } = this.#parts;
    const { socket } = request;
    const leave = () => {
      if (!response.writableFinished) this.#gone.leave(new Error("the client is gone"));
    };
    // An answer that waits behind another one on its connection has none of its own, and would not hear of the end.
    response.once("close", leave);
    socket.once("close", leave);
    const body = await readBody(request, { bytesMax: BODY_BYTES_MAX, room });
    try {
      await this.#run(body.bytes);
    } catch (error) {
      await this.#record.lost(error as Error);
      answerRefusal(
        this.#parts,
        502,
        `Custody could not go on with this request: ${(error as Error).message}`,
        this.#id,
      );
    } finally {
      room.giveBack(body.taken);
      this.#record.close();
      socket.off("close", leave);
    }
  }

  async #run(body: Buffer | undefined): Promise<void> {
    const { context, door, endpoint, session } = this.#parts;
    const timeUs = context.clock.nowUs();
    const record = this.#record;
    if (body !== undefined) {
      this.#body = body;
      await record.read(body);
    } else record.facts = tooLong(endpoint.model ?? "");
    const action = describe({ door, endpoint, facts: record.facts, id: this.#id, session, timeUs });
    await pass(
      {
        actions: [action],
        forward: ([decided]) => this.#forward(decided as Decided),
        hold: ([decided]) => this.#hold(decided as Decided),
        refuse: ([decided]) => this.#refuse(decided as Decided),
        requested: ([decided]) => [record.requested(decided as Decided)],
        // What works at the provider's can change the world; all else costs money, and outlives a killed process on record.
        safety: this.#worksOutside ? "durable" : "written",
        simulate: ([decided]) => this.#refuse(decided as Decided),
      },
      { decider: budgeted(context.decider, () => record.reserve()), recorder: context.recorder },
    );
  }

  /** A human is asked, who sees the prompt and for how much it is; the client waits. */
  async #hold(decided: Decided): Promise<void> {
    const { approvals, clock } = this.#parts.context;
    const record = this.#record;
    await record.recordContent(decided.action);
    const startedUs = clock.monotonicUs();
    const { decision } = decided;
    const action = { ...decided.action, statement: this.#shown() };
    const answer = await askHuman({ action, approvals, decision, gone: this.#gone });
    record.heldUs = Math.round(clock.monotonicUs() - startedUs);
    record.approval = answer.approval;
    if (answer.isAllowed) return this.#forward(decided);
    await record.end(decided, { end: this.#isGone ? "cancelled" : "denied", status: 400 });
    const message = `Custody did not send this request (rule ${decision.rule}): ${answer.reason}`;
    answerRefusal(this.#parts, 400, message, this.#id);
  }

  /** What a human reads of a request; its digest is that of the whole body. */
  #shown(): { readonly digest: string; readonly text: string } {
    const { path, request } = this.#parts;
    const { facts, prompt } = this.#record;
    const { digest = "", model = "", outputTokensMax } = facts ?? {};
    const lines = [
      `${request.method} ${path}`,
      `model: ${model}`,
      `request: ${this.#body.length} bytes`,
      ...(outputTokensMax === undefined ? [] : [`answer: at most ${outputTokensMax} tokens`]),
      ...(prompt === undefined ? [] : ["", prompt]),
    ];
    return { digest, text: lines.join("\n") };
  }

  async #refuse(decided: Decided): Promise<void> {
    await this.#record.recordContent(decided.action);
    await this.#record.end(decided, { end: "denied", status: 400 });
    answerRefusal(this.#parts, 400, refusalText(decided.decision), this.#id);
  }

  async #forward(decided: Decided): Promise<void> {
    const { context } = this.#parts;
    const record = this.#record;
    // Written while the provider thinks: nothing of its answer goes on before.
    const written = record.recordContent(decided.action).then(() => context.recorder.settle("written"));
    // Awaited below; what fails before must not end the process.
    written.catch(() => {});
    record.forwarded();
    const head = await this.#ask();
    if (head instanceof Error) {
      await written;
      const end = this.#isGone ? "cancelled" : "failed";
      await record.end(decided, { end, error: head.message, isUnsent: isUnsent(head), status: 502 });
      return answerRefusal(this.#parts, 502, `the provider could not be asked: ${head.message}`, this.#id);
    }
    const codings = headerOf(head.rawHeaders, "content-encoding") ?? "";
    const isStream = /^text\/event-stream\b/i.test(headerOf(head.rawHeaders, "content-type") ?? "");
    record.answered({ codings, isStream });
    try {
      await written;
      const areEventsSeen = isStream && (codings === "" || codings.toLowerCase() === "identity");
      await this.#relay(decided, head, areEventsSeen);
    } catch (error) {
      // The rest of the answer must not reach the client: the ledger does not have it.
      head.destroy();
      this.#parts.response.destroy();
      throw error;
    }
  }

  #ask(): Promise<IncomingMessage | Error> {
    const { door, pathAndQuery, request, upstream } = this.#parts;
    const { method = "GET", rawHeaders: headers } = request;
    const asked = { body: this.#body, gone: this.#gone, headers, method, pathAndQuery };
    return upstream.ask(door, asked).catch((error: Error) => error);
  }

  async #relay(decided: Decided, head: IncomingMessage, areEventsSeen: boolean): Promise<void> {
    const { endpoint, response } = this.#parts;
    const record = this.#record;
    const { dialect } = endpoint;
    const hold = new AnswerHold(areEventsSeen ? dialect?.lastEvent : undefined);
    const { statusCode: status = 502 } = head;
    this.#sendHead(status, head);
    const requestId = headerOf(head.rawHeaders, "request-id") ?? headerOf(head.rawHeaders, "x-request-id");
    const seen = requestId === undefined ? { status } : { requestId, status };
    const onward = (piece: Buffer): readonly Buffer[] | Promise<readonly Buffer[]> => {
      if (record.isFinal) {
        if (isQuiet(piece)) return [piece];
        throw new Error("the provider went on after the last event of its answer");
      }
      record.keep(piece);
      const free = hold.take(piece);
      if (!hold.hasEnded || dialect?.endsBehindMark !== false) return free;
      return record.end(decided, { ...seen, end: "completed" }).then(() => [...free, ...hold.release()]);
    };
    const cut = await relayed({ gone: this.#gone, head, onward, response });
    if (cut === undefined) {
      await record.end(decided, { ...seen, end: "completed" });
      for (const piece of hold.release()) response.write(piece);
      response.end();
    } else {
      await record.end(decided, { ...seen, end: this.#isGone ? "cancelled" : "failed", error: cut.message });
      response.destroy();
    }
  }

  /** What of the body is here already goes along with it, in one packet. */
  #sendHead(status: number, head: IncomingMessage): void {
    const { response } = this.#parts;
    const { socket } = response;
    response.sendDate = false;
    response.writeHead(status, reasonOf(head), endToEnd(head.rawHeaders) as string[]);
    socket?.cork();
    response.flushHeaders();
    setImmediate(() => socket?.uncork());
  }

  get #worksOutside(): boolean {
    const { endpoint } = this.#parts;
    return endpoint.outside !== undefined || (this.#record.facts?.outside.length ?? 0) > 0;
  }

  get #isGone(): boolean {
    return this.#gone.error !== undefined;
  }
}

function tooLong(model: string) {
  const unreadable = `it is longer than ${BODY_BYTES_MAX} bytes, or too much is under way`;
  return { bytes: 0, digest: "", isStream: false, model, outside: [], unreadable };
}

/** The reason phrase of the provider, unless it is none that can be sent on. */
function reasonOf({ statusMessage = "" }: IncomingMessage): string {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(statusMessage) ? statusMessage : "";
}

function refusalText({ effect, reasons, rule }: Decision): string {
  const [reason = "no reason was given"] = reasons;
  if (effect === "deny") return `Custody denied this request (rule ${rule}): ${reason}`;
  return `Custody did not send this request (rule ${rule}): a request to a model cannot be simulated`;
}
